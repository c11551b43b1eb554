/// All trackers of a series: takes a row in and gives its evidence.
struct EvidenceBank {
    private let scale: SeriesScaleTracker
    private let departures: Departures
    private let seasons: SeasonDepartures
    private let levels: WindowLevels
    private let spread: Spread
    private let mixture: Mixture
    private let recent: RecentRows

    init(in memory: StateMemory, _ workspace: StateMemory) {
        scale = SeriesScaleTracker(in: memory)
        departures = Departures(in: memory)
        seasons = SeasonDepartures(in: memory)
        levels = WindowLevels(in: memory)
        spread = Spread(in: memory)
        mixture = Mixture(in: memory, workspace)
        recent = RecentRows(in: memory)
    }

    /// - Parameters:
    ///   - evidence: 31 numbers, in the order of `Evidence`, 0 where there is none.
    ///   - second: since 1970, rounded down.
    @inline(__always)
    func take(
        _ value: Double, at second: Int, _ step: RowStep, into evidence: UnsafeMutablePointer<Double>
    ) -> SeriesScale {
        let scale = scale.taking(value, step)
        let level = departures.take(value, step, recent, into: evidence)
        seasons.take(value, at: second, step, into: evidence + Evidence.hourOfDay.rawValue)
        levels.take(value, level: level, step, recent, into: evidence + Evidence.mean4.rawValue)
        spread.take(value, scale, step.row, recent, into: evidence + Evidence.range.rawValue)
        mixture.take(value, step, into: evidence + Evidence.mixture16.rawValue)
        recent.put(value, at: step.row)
        return scale
    }

    /// After the state was restored; `row` is the next one.
    func recount(before row: Int) { mixture.recount(before: row) }
}
