import Anomalies
import CommandKit
import DebVisorCore
import Metrics

/// What was scored around a finding, drawn with what was expected.
struct FindingPlot {
    private let finding: Finding
    private let unit: PlotUnit
    private var points: [(milliseconds: Int64, value: Double)] = []

    /// Rows that are drawn before and after it.
    private static let (before, after) = (120, 40)
    /// How far back they are looked for, in hours: as little as is enough.
    private static let looks: [Int64] = [2, 24, 24 * 14, 24 * 365]

    /// Nil if no sample is left.
    init?(_ finding: Finding, _ store: MetricStore) throws {
        guard let series = try? store.series(finding.series.label.idText) else { return nil }
        self.finding = finding
        unit = PlotUnit(series.family, isRate: finding.series.isCounter)
        for hours in Self.looks {
            points = try Self.rows(of: series, finding, store, hours: hours)
            if points.count(where: { $0.milliseconds <= finding.time.milliseconds }) >= Self.before { break }
        }
        guard points.contains(where: { $0.milliseconds == finding.time.milliseconds }) else { return nil }
    }

    private static func rows(
        of series: MetricSeries, _ finding: Finding, _ store: MetricStore, hours: Int64
    ) throws -> [(milliseconds: Int64, value: Double)] {
        let span = hours * 3_600_000
        let range = finding.time.adding(milliseconds: -span)...finding.time.adding(milliseconds: span)
        var source = RowSource(isCounter: finding.series.isCounter)
        var early: [(milliseconds: Int64, value: Double)] = []
        var late: [(milliseconds: Int64, value: Double)] = []
        try store.readSamples(of: series, range) { samples in
            for sample in samples where late.count < after {
                let time = sample.time.milliseconds
                guard let value = source.row(time, sample.value, isEnd: sample.isEndOfSeries) else { continue }
                if sample.time <= finding.time { early.append((time, value)) } else { late.append((time, value)) }
            }
            if early.count > 4096 { early.removeFirst(early.count - before) }
        }
        return early.suffix(before) + late
    }

    func text(_ session: Session) -> String {
        var plot = SeriesPlot(points: points)
        let expected = finding.explanation.expected
        if let first = points.first?.milliseconds, let last = points.last?.milliseconds {
            let (time, reach) = (finding.time.milliseconds, max(1, (last - first) / 10))
            plot.band = [max(first, time - reach), min(last, time + reach)].map { ($0, expected, expected) }
        }
        plot.marks = [finding.time.milliseconds]
        plot.unit = unit
        plot.width = session.plotWidth
        plot.signs = session.plotSigns
        return plot.text
    }
}
