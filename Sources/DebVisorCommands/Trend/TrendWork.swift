import Anomalies
import CommandKit
import DebVisorCore
import Metrics
import Platform
import Trends

/// A series whose samples were read, before its trend is looked for.
struct TrendWork: Sendable {
    var series: MetricSeries
    /// Those of the window; none of a series that is too long to be kept in memory.
    var samples: [TrendSample]
    var rolledUpUntil: Timestamp?
    var endedAt: Timestamp?
    /// The trend of a series that is too long, which was looked for while it was read.
    var long: Trend?

    /// The trends of some series, in their order, without those that have no samples; one series a processor at a time.
    static func done(_ works: [TrendWork], _ session: Session) throws -> [SeriesTrend] {
        guard works.count > 1 else { return try works.compactMap { try $0.done() } }
        let next = Locked(0)
        let found = Locked([SeriesTrend?](repeating: nil, count: works.count))
        try Worker.run(min(Worker.processors, works.count)) { _ in
            while true {
                let place = next.withLock { next in
                    next += 1
                    return next - 1
                }
                guard place < works.count else { return }
                try session.checkCancellation(left: "nothing was changed")
                let trend = try works[place].done()
                found.withLock { $0[place] = trend }
            }
        }
        return found.withLock { $0.compactMap { $0 } }
    }

    private func done() throws -> SeriesTrend? {
        guard let trend = try long ?? Self.trend(of: series, { samples.forEach($0) }) else { return nil }
        return SeriesTrend(
            label: SeriesLabel(series.key), isCounter: series.isCounted,
            unit: PlotUnit(series.family, isRate: series.isCounted), trend: trend, rolledUpUntil: rolledUpUntil,
            endedAt: endedAt)
    }

    /// - Returns: nil if there is no sample.
    static func trend(of series: MetricSeries, _ scan: ((TrendSample) -> Void) throws -> Void) throws -> Trend? {
        do { return try Trend(limits: TrendLimits(series), scan) } catch let fault as Fault
            where fault.kind == .notFound
        { return nil }
    }
}
