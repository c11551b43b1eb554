/// New levels of the last 4 and of the last 16 rows. One row alone may be anything: in series with long tails new largest
/// values are nothing new.
struct NewLevels {
    private let short: LevelMemory
    private let long: LevelMemory

    /// What each new level adds to the surprise of its row.
    static let bonus = 0.6

    init(_ limits: KnownLimits, in memory: StateMemory) {
        short = LevelMemory(limits, in: memory)
        long = LevelMemory(limits, in: memory)
    }

    /// How many of the two are new, from the evidence of the row.
    func count(_ value: Double, _ evidence: UnsafeMutablePointer<Double>, _ row: Int) -> Int {
        let level = value - evidence[Evidence.slowLevel.rawValue]
        let isShortNew = short.isNew(level + evidence[Evidence.mean4.rawValue], row)
        let isLongNew = long.isNew(level + evidence[Evidence.mean16.rawValue], row)
        return row < CalibratorBank.warmUp ? 0 : (isShortNew ? 1 : 0) + (isLongNew ? 1 : 0)
    }
}
