import CommandKit
import DebVisorCore
import Metrics
import Trends

/// The samples of a trend with its line; of a forecast, the line goes on to the level.
struct TrendPlot {
    private let seen: SeriesTrend
    private let points: [(milliseconds: Int64, value: Double)]
    private var end: Int64
    private var mark: Int64?

    init(_ seen: SeriesTrend, _ points: [(milliseconds: Int64, value: Double)]) {
        (self.seen, self.points) = (seen, points)
        end = seen.trend.until.milliseconds
    }

    /// Goes on to when the level is likely reached, or twice as far ahead as was seen.
    init(_ seen: SeriesTrend, _ points: [(milliseconds: Int64, value: Double)], _ forecast: TrendForecast) {
        self.init(seen, points)
        guard let likely = forecast.likely?.milliseconds, likely > end else { return }
        let farthest = end + 2 * max(end - seen.trend.since.milliseconds, 1)
        if likely <= farthest { mark = likely }
        end = min(likely, farthest)
    }

    func text(_ session: Session) -> String {
        var plot = SeriesPlot(points: points)
        // Makes room for the time to come.
        if let last = points.last?.milliseconds, end > last { plot.points.append((end, .nan)) }
        let trend = seen.trend
        plot.band = [trend.since.milliseconds, end].map { time in
            let value = trend.level + trend.slope * Double(time - trend.until.milliseconds) / 1000
            return (time, value, value)
        }
        plot.marks = mark.map { [$0] } ?? []
        plot.unit = seen.unit
        plot.width = session.plotWidth
        plot.signs = session.plotSigns
        return plot.text
    }
}
