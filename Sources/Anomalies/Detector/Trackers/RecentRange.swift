/// The distance between the largest and the smallest of the last 48 rows.
///
/// As in `WindowSums`, the extremes of 16 rows are made of those of 8, and those of 48 of three times 16.
struct RecentRange {
    private let low: UnsafeMutablePointer<Double>
    private let high: UnsafeMutablePointer<Double>
    /// Extremes of 1, 2, 4 and 8 rows: 15 numbers; those of 16 rows, of the last 32 rows, behind them.
    private static let sixteens = 15

    init(in memory: StateMemory) {
        low = memory.doubles(Self.sixteens + 32)
        high = memory.doubles(Self.sixteens + 32)
    }

    @inline(__always)
    func taking(_ value: Double, _ row: Int) -> Double {
        if row == 0 {
            // Rows that are not there must not be extremes.
            low.update(repeating: value, count: Self.sixteens + 32)
            high.update(repeating: value, count: Self.sixteens + 32)
        }
        var (least, most) = (value, value)
        for level in 0..<4 {
            let length = 1 &<< level
            let place = length &- 1 &+ (row & (length &- 1))
            let (before, above) = (low[place], high[place])
            low[place] = least
            high[place] = most
            least = before < least ? before : least
            most = above > most ? above : most
        }
        // 16 rows ago lies in the other half of the ring, 32 rows ago where this row is written.
        let place = Self.sixteens &+ (row & 31)
        let other = Self.sixteens &+ ((row &+ 16) & 31)
        let (oldest, newest) = (low[place], least)
        let (oldestHigh, newestHigh) = (high[place], most)
        low[place] = least
        high[place] = most
        let bottom = min(newest, min(low[other], oldest))
        let top = max(newestHigh, max(high[other], oldestHigh))
        return top - bottom
    }
}
