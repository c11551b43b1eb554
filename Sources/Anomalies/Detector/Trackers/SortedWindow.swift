/// The last so many rows in order of size, for their median.
struct SortedWindow {
    private let sorted: UnsafeMutablePointer<Double>
    let length: Int

    init(_ length: Int, in memory: StateMemory) {
        self.length = length
        sorted = memory.doubles(length)
    }

    /// The median of the first `held` numbers; of an even number the mean of the middle two.
    @inline(__always)
    func median(of held: Int) -> Double {
        let middle = held / 2
        return held & 1 == 1 ? sorted[middle] : (sorted[middle &- 1] + sorted[middle]) * 0.5
    }

    /// Adds a row; from `length` rows on in place of the one that was added so many rows ago.
    @inline(__always)
    func take(_ value: Double, _ row: Int, dropping old: Double) {
        if row < length {
            var place = row
            while place > 0, sorted[place &- 1] > value {
                sorted[place] = sorted[place &- 1]
                place &-= 1
            }
            sorted[place] = value
            return
        }
        var place = 0
        let last = length &- 1
        while place < last, sorted[place] < old { place &+= 1 }
        while place < last, sorted[place &+ 1] < value {
            sorted[place] = sorted[place &+ 1]
            place &+= 1
        }
        while place > 0, sorted[place &- 1] > value {
            sorted[place] = sorted[place &- 1]
            place &-= 1
        }
        sorted[place] = value
    }
}
