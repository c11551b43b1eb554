/// Sums of the last 2, 4, … 64 rows, each with this one.
///
/// A sum of 2n rows is that of n and that of n rows ago, so nothing is ever subtracted: a window's sum depends on its own
/// rows alone, and what has left it leaves no rounding error behind.
struct WindowSums {
    /// For each length n = 1, 2, … the last n sums of n rows.
    private let earlier: UnsafeMutablePointer<Double>
    private let doublings: Int

    /// - Parameter doublings: the longest window has 2^doublings rows.
    init(doublings: Int, in memory: StateMemory) {
        self.doublings = doublings
        earlier = memory.doubles(1 << doublings - 1)
    }

    /// Takes `value` in and gives each sum to `use`, with the binary logarithm of its length.
    @inline(__always)
    func taking(_ value: Double, _ row: Int, _ use: (Int, Double) -> Void) {
        var sum = value
        for level in 0..<doublings {
            let length = 1 &<< level
            let place = length &- 1 &+ (row & (length &- 1))
            let before = earlier[place]
            earlier[place] = sum
            sum += before
            use(level &+ 1, sum)
        }
    }
}
