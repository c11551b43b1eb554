/// How far rows are from what this hour of the day, quarter of an hour of the day, or hour of the week usually has, alone
/// and on average over some rows.
struct SeasonDepartures {
    private let hours: SeasonProfile
    private let quarters: SeasonProfile
    private let week: SeasonProfile
    private let quarterMeans: ThreefoldSums
    private let weekMeans: ThreefoldSums

    init(in memory: StateMemory) {
        hours = SeasonProfile(parts: 24, of: 3600, rate: 0.1, in: memory)
        quarters = SeasonProfile(parts: 96, of: 900, rate: 0.1, in: memory)
        week = SeasonProfile(parts: 168, of: 3600, rate: 0.2, in: memory)
        quarterMeans = ThreefoldSums(in: memory)
        weekMeans = ThreefoldSums(in: memory)
    }

    /// Writes evidence 9 to 14.
    @inline(__always)
    func take(_ value: Double, at second: Int, _ step: RowStep, into evidence: UnsafeMutablePointer<Double>) {
        let row = step.row
        evidence[0] = hours.distance(taking: value, at: second, step)
        let quarter = quarters.distance(taking: value, at: second, step)
        evidence[1] = quarter
        let hourOfWeek = week.distance(taking: value, at: second, step)
        evidence[2] = hourOfWeek
        let sums = quarterMeans.taking(quarter, row)
        evidence[3] = sums.six * windowShare(row, 6)
        evidence[4] = sums.twentyFour * windowShare(row, 24)
        evidence[5] = weekMeans.taking(hourOfWeek, row).twelve * windowShare(row, 12)
    }
}

/// Sums of the last 6, 12 and 24 rows, made as those of `WindowSums`.
struct ThreefoldSums {
    /// Two values, then three sums of three rows, six of six, twelve of twelve.
    private let earlier: UnsafeMutablePointer<Double>

    init(in memory: StateMemory) { earlier = memory.doubles(2 + 3 + 6 + 12) }

    @inline(__always)
    func taking(_ value: Double, _ row: Int) -> (six: Double, twelve: Double, twentyFour: Double) {
        let three = value + earlier[0] + earlier[1]
        earlier[row & 1] = value
        let place = row % 12
        let six = exchange(three, 2 &+ place % 3) + three
        let twelve = exchange(six, 5 &+ place % 6) + six
        return (six, twelve, exchange(twelve, 11 &+ place) + twelve)
    }

    @inline(__always)
    private func exchange(_ sum: Double, _ place: Int) -> Double {
        let before = earlier[place]
        earlier[place] = sum
        return before
    }
}
