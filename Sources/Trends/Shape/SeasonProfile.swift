import DebVisorCore

/// What a series has above or below its level at each hour of a day or a week, in UTC; a week begins on Monday.
struct SeasonProfile {
    let season: TrendSeason
    /// As many as the season has hours; their median is 0.
    let offsets: [Double]

    func offset(at time: Timestamp) -> Double { offsets[Self.slot(ofHour: Self.hour(at: time), season)] }

    static func hour(at time: Timestamp) -> Int {
        let milliseconds = time.milliseconds
        return Int(milliseconds >= 0 ? milliseconds / 3_600_000 : (milliseconds - 3_599_999) / 3_600_000)
    }

    /// 1970-01-01 was a Thursday.
    static func slot(ofHour hour: Int, _ season: TrendSeason) -> Int {
        let shifted = season == .day ? hour : hour + 72
        return (shifted % season.hours + season.hours) % season.hours
    }
}

/// Finds the season of a series: a profile that is learned from the first two thirds of the hours and removes a fifth
/// of the variance of the rest, by two robust measures of it; the week's a fifth of what the day's leaves.
struct SeasonSearch {
    private static let leastGain = 0.2
    private static let learnedShare = 2.0 / 3

    /// Medians of the hours that have samples.
    private var cells: [(hour: Int, value: Double)] = []
    private(set) var lacks: [String] = []

    static func profile(_ extent: TrendExtent, _ scan: TrendScan) throws -> (SeasonProfile?, lacks: [String]) {
        var search = SeasonSearch()
        let seasons = TrendSeason.allCases.filter { extent.days >= Double($0.daysWanted) * 0.999 }
        for season in TrendSeason.allCases where !seasons.contains(season) {
            search.lacks.append(
                "\(Int(extent.days * 1.001)) of \(season.daysWanted) days to see a season of the \(season)")
        }
        guard !seasons.isEmpty else { return (nil, search.lacks) }
        try search.collect(scan)
        var chosen: SeasonProfile?
        var left = 1.0
        for season in seasons {
            guard let (profile, remainder) = search.trial(season), remainder <= left * (1 - leastGain) else { continue }
            (chosen, left) = (profile, remainder)
        }
        return (chosen, search.lacks)
    }

    private mutating func collect(_ scan: TrendScan) throws {
        var cells: [(hour: Int, value: Double)] = []
        var (current, values): (Int, [Double]) = (0, [])
        func close() {
            if !values.isEmpty { cells.append((current, Ordered.median(values))) }
            values.removeAll(keepingCapacity: true)
        }
        try scan { sample in
            guard sample.value.isFinite else { return }
            let hour = SeasonProfile.hour(at: sample.time)
            if hour != current { close() }
            current = hour
            values.append(sample.value)
        }
        close()
        self.cells = cells
    }

    /// The profile of all hours, and what one of the earlier hours leaves of the variance of the later ones.
    private func trial(_ season: TrendSeason) -> (SeasonProfile, remainder: Double)? {
        guard let first = cells.first?.hour, let last = cells.last?.hour else { return nil }
        let departures = departures(season)
        let border = first + Int(Double(last - first) * Self.learnedShare)
        guard let learned = Self.offsets(departures.filter { $0.hour < border }, season),
            let all = Self.offsets(departures, season)
        else { return nil }
        let later = departures.filter { $0.hour >= border }
        let plain = later.map(\.value)
        let adjusted = later.map { $0.value - learned[SeasonProfile.slot(ofHour: $0.hour, season)] }
        // By the middle of the departures and by their mean: one alone is too easily smaller by chance.
        let ratios = [Ordered.spread, Self.meanDeviation].map { ($0(plain), $0(adjusted)) }
        guard ratios.allSatisfy({ $0.0 > 0 }) else { return nil }
        let remainder = ratios.map { $0.1 / $0.0 }.max() ?? 1
        return (SeasonProfile(season: season, offsets: all), remainder * remainder)
    }

    private static func meanDeviation(_ values: [Double]) -> Double {
        let middle = Ordered.median(values)
        return values.reduce(0) { $0 + abs($1 - middle) } / Double(values.count)
    }

    /// Hours less the median of the season around them, on a line whose slope compares only the same hours of a season.
    private func departures(_ season: TrendSeason) -> [(hour: Int, value: Double)] {
        var slopes: [Double] = []
        var before = 0
        for cell in cells {
            while cells[before].hour < cell.hour - season.hours { before += 1 }
            if cells[before].hour == cell.hour - season.hours {
                slopes.append((cell.value - cells[before].value) / Double(season.hours))
            }
        }
        let slope = Ordered.median(slopes)
        let flat = cells.map { (hour: $0.hour, value: $0.value - slope * Double($0.hour - cells[0].hour)) }
        let last = flat[flat.count - 1].hour
        var (low, high) = (0, 0)
        return flat.map { cell in
            let start = Swift.min(Swift.max(cell.hour - season.hours / 2, flat[0].hour), last + 1 - season.hours)
            while flat[low].hour < start { low += 1 }
            while high < flat.count, flat[high].hour < start + season.hours { high += 1 }
            return (cell.hour, cell.value - Ordered.median(flat[low..<high].map(\.value)))
        }
    }

    /// nil if a quarter of the hours was never seen; the others of them have 0.
    private static func offsets(_ departures: [(hour: Int, value: Double)], _ season: TrendSeason) -> [Double]? {
        var slots = [[Double]](repeating: [], count: season.hours)
        for departure in departures {
            slots[SeasonProfile.slot(ofHour: departure.hour, season)].append(departure.value)
        }
        guard slots.count(where: \.isEmpty) * 4 <= season.hours else { return nil }
        let medians = slots.map { $0.isEmpty ? nil : Ordered.median($0) }
        let middle = Ordered.median(medians.compactMap { $0 })
        return medians.map { $0.map { $0 - middle } ?? 0 }
    }
}
