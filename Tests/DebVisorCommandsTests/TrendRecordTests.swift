import DebVisorCore
import Testing

@testable import Anomalies
@testable import CommandKit
@testable import DebVisorCommands
@testable import Trends

/// What scripts parse of trends and forecasts.
@Suite struct TrendRecordTests {
    private static func label(_ host: String) -> SeriesLabel {
        SeriesLabel(
            id: 0x0123_4567_89AB_CDEF, metric: "pool_used_bytes", tags: ["host": host],
            text: "pool_used_bytes{host=\"\(host)\"}")
    }

    /// So many samples until today, an hour apart.
    private static func trend(
        _ count: Int, limits: TrendLimits = .unknown, _ value: (Int) -> Double
    ) throws -> Trend {
        try Trend(
            of: (0..<count).map { row in
                TrendSample(Sandbox.today.adding(milliseconds: Int64(row + 1 - count) * 3_600_000), value(row))
            }, limits: limits)
    }

    private static func noise(_ row: Int) -> Double { Double(row * 7919 % 13) / 13 - 0.5 }

    private static func all() throws -> [SeriesTrend] {
        let rising = try trend(240, limits: TrendLimits(least: 0, most: 1e12)) { 6e11 + 1e9 * (Double($0) + noise($0)) }
        let jumped = try trend(160) { row in (row < 80 ? 9000 : 2000) - 4 * (Double(row) + noise(row)) }
        let sawtooth = try trend(240) { 20 + 50 * Double(($0 + 15) % 30) / 30 + noise($0) }
        let short = try trend(3) { Double($0) }
        return [
            SeriesTrend(
                label: label("a"), isCounter: false, unit: .bytes, trend: rising, rolledUpUntil: Sandbox.yesterday),
            SeriesTrend(
                label: label("b"), isCounter: true, unit: .bytesPerSecond, trend: jumped, endedAt: Sandbox.today),
            SeriesTrend(label: label("c"), isCounter: false, unit: .suffixed(" %"), trend: sawtooth),
            SeriesTrend(label: label("d"), isCounter: false, unit: .plain, trend: short),
        ]
    }

    @Test func analyses() throws {
        let all = try Self.all()
        try expectGoldenRecords(all.map(TrendAnalysis.init), "trend")
        try expectGoldenRecord(all.map { TrendStory($0).text }.joined(separator: "\n"), "trend.text")
    }

    @Test func forecasts() throws {
        let all = try Self.all()
        let forecasts =
            [(0, 9e11, nil), (0, 1.1e12, .above), (1, 0, nil), (2, 60, .above), (2, 90, nil), (3, 0.5, .below)]
            .map { place, level, side in
                let seen = all[place]
                let forecast = seen.trend.forecast(
                    reaching: level, side: side, now: Sandbox.today.adding(milliseconds: 60_000))
                return (TrendForecastRecord(seen: seen, forecast: forecast), isSideGiven: side != nil)
            } as [(record: TrendForecastRecord, isSideGiven: Bool)]
        #expect(
            forecasts.map { TrendForecastRecord.Outcome($0.record.forecast.outcome) } == [
                .expected, .impossible, .expected, .recurring, .notWithin, .notWithin,
            ])
        try expectGoldenRecords(forecasts.map(\.record), "trend-forecast")
        let stories = forecasts.map { TrendStory($0.record.seen, $0.record.forecast, isSideGiven: $0.isSideGiven).text }
        try expectGoldenRecord(stories.joined(separator: "\n"), "trend-forecast.text")
    }

    @Test(
        "Values have their units",
        arguments: [
            (PlotUnit.plain, 41.2666, "41.27"), (.suffixed(" %"), 0, "0 %"), (.bytes, 1023, "1023 B"),
            (.bytes, 1536, "1.5 KiB"), (.bytes, -3 * 1_073_741_824, "-3 GiB"), (.bytesPerSecond, 0.25, "0.25 B/s"),
            (.bytes, 1e30, "867400000000 EiB"),
        ])
    func units(unit: PlotUnit, value: Double, text: String) { #expect(unit.text(value) == text) }
}
