import Anomalies
import CommandKit
import DebVisorCore
import Metrics

/// The last week of a series, drawn over what is usual: at each hour half of the samples of its season, or nine of ten of all
/// samples where it has none.
struct BaselinePlot {
    private let saved: SavedBaseline
    private let unit: PlotUnit
    private var points: [(milliseconds: Int64, value: Double)] = []

    private static let hour: Int64 = 3_600_000
    private static let span: Int64 = 168 * hour

    /// Nil if no sample is left.
    init?(_ saved: SavedBaseline, _ store: MetricStore) throws {
        guard let series = try? store.series(saved.series.idText) else { return nil }
        self.saved = saved
        unit = PlotUnit(series.family, isRate: saved.isCounter)
        guard let last = try store.look(at: [series], { try $0.extent(of: series) })?.last else { return nil }
        var source = RowSource(isCounter: saved.isCounter)
        var points: [(milliseconds: Int64, value: Double)] = []
        try store.readSamples(of: series, last.adding(milliseconds: -Self.span)...last) { samples in
            for sample in samples {
                let time = sample.time.milliseconds
                guard let value = source.row(time, sample.value, isEnd: sample.isEndOfSeries) else { continue }
                points.append((time, value))
            }
        }
        self.points = points
    }

    func text(_ session: Session) -> String {
        var plot = SeriesPlot(points: points)
        plot.band = band
        plot.unit = unit
        plot.width = session.plotWidth
        plot.signs = session.plotSigns
        return plot.text
    }

    private var band: [(milliseconds: Int64, lower: Double, upper: Double)] {
        guard let first = points.first?.milliseconds, let last = points.last?.milliseconds else { return [] }
        let baseline = saved.baseline
        guard let profile = baseline.profiles.first(where: { $0.period == baseline.season }) else {
            guard let low = baseline.percentile(5), let high = baseline.percentile(95) else { return [] }
            return [(first, low, high), (last, low, high)]
        }
        // An hour's samples stand for its middle.
        return stride(from: first - Self.hour, through: last + Self.hour, by: Int(Self.hour)).compactMap { time in
            guard let usual = profile.hours[profile.period.hour(atMilliseconds: time)] else { return nil }
            let middle = time - ((time % Self.hour) + Self.hour) % Self.hour + Self.hour / 2
            return (middle, usual.median - usual.deviation, usual.median + usual.deviation)
        }
    }
}
