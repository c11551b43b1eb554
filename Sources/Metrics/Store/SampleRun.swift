/// Samples of one series in memory that somebody else owns.
struct SampleRun {
    let times: UnsafeMutablePointer<Int64>
    let bits: UnsafeMutablePointer<UInt64>
    private(set) var count: Int

    init(_ times: UnsafeMutablePointer<Int64>, _ bits: UnsafeMutablePointer<UInt64>, count: Int) {
        (self.times, self.bits, self.count) = (times, bits, count)
    }

    func slice(_ range: Range<Int>) -> SampleRun {
        SampleRun(times + range.lowerBound, bits + range.lowerBound, count: range.count)
    }

    /// The index of the first sample at or after a time; the run is settled.
    func firstIndex(from time: Int64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Brings them into the order of time; of several of one instant the last stays. - Returns: how many went.
    mutating func settle() -> Int {
        guard count > 1 else { return 0 }
        var isSettled = true
        for index in 1..<count where times[index] <= times[index - 1] {
            isSettled = false
            break
        }
        if isSettled { return 0 }
        let (times, bits, former) = (times, bits, count)
        let order = (0..<count).sorted { times[$0] != times[$1] ? times[$0] < times[$1] : $0 < $1 }
        let sorted = order.map { (times[$0], bits[$0]) }
        var kept = 0
        for (index, sample) in sorted.enumerated() where index + 1 == sorted.count || sorted[index + 1].0 != sample.0 {
            (times[kept], bits[kept]) = sample
            kept += 1
        }
        count = kept
        return former - kept
    }

    /// Both in the order of time; of one instant the other's. - Parameter target: has room for all of them.
    func merged(with newer: SampleRun, into target: SampleRun) -> SampleRun {
        var (a, b, out) = (0, 0, 0)
        while a < count || b < newer.count {
            if b == newer.count || a < count && times[a] < newer.times[b] {
                (target.times[out], target.bits[out]) = (times[a], bits[a])
                a += 1
            } else {
                if a < count, times[a] == newer.times[b] { a += 1 }
                (target.times[out], target.bits[out]) = (newer.times[b], newer.bits[b])
                b += 1
            }
            out += 1
        }
        return SampleRun(target.times, target.bits, count: out)
    }
}
