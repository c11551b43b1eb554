/// Samples of many series in the order in which they came, up to a fixed number, for 20 bytes each.
///
/// Series are told apart by small numbers (`slot`); whoever fills it knows what they mean.
final class SampleArena {
    let capacity: Int
    private(set) var count = 0
    private(set) var slotCount = 0
    let slots: UnsafeMutablePointer<UInt32>
    let times: UnsafeMutablePointer<Int64>
    let bits: UnsafeMutablePointer<UInt64>

    init(capacity: Int) {
        self.capacity = capacity
        slots = .allocate(capacity: capacity)
        times = .allocate(capacity: capacity)
        bits = .allocate(capacity: capacity)
    }

    deinit {
        slots.deallocate()
        times.deallocate()
        bits.deallocate()
    }

    var isFull: Bool { count == capacity }

    /// The caller sees that there is room.
    @inline(__always)
    func append(_ slot: UInt32, _ time: Int64, _ value: UInt64) {
        slots[count] = slot
        times[count] = time
        bits[count] = value
        count &+= 1
        if Int(slot) >= slotCount { slotCount = Int(slot) &+ 1 }
    }

    func removeAll() { (count, slotCount) = (0, 0) }

    /// Forgets all from a slot's first sample on.
    func truncate(at slot: UInt32) {
        if let first = (0..<count).first(where: { slots[$0] == slot }) { count = first }
    }

    /// Calls `body` once for each slot that has samples, in order of slots: with its samples by time, of one instant
    /// only the one that came last. - Returns: how many gave way to a later one.
    func forEachSlot(_ body: (_ slot: Int, _ run: SampleRun) throws -> Void) throws -> Int {
        var starts = [Int32](repeating: 0, count: slotCount + 1)
        for index in 0..<count { starts[Int(slots[index]) &+ 1] &+= 1 }
        for slot in 0..<slotCount { starts[slot + 1] += starts[slot] }
        let (runTimes, runBits) = (
            UnsafeMutablePointer<Int64>.allocate(capacity: max(1, count)),
            UnsafeMutablePointer<UInt64>.allocate(capacity: max(1, count))
        )
        defer {
            runTimes.deallocate()
            runBits.deallocate()
        }
        var next = starts
        for index in 0..<count {
            let place = Int(next[Int(slots[index])])
            next[Int(slots[index])] &+= 1
            runTimes[place] = times[index]
            runBits[place] = bits[index]
        }
        var replaced = 0
        for slot in 0..<slotCount where starts[slot] < starts[slot + 1] {
            let start = Int(starts[slot])
            var run = SampleRun(runTimes + start, runBits + start, count: Int(starts[slot + 1]) - start)
            replaced += run.settle()
            try body(slot, run)
        }
        return replaced
    }
}
