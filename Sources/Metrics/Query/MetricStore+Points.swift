package import DebVisorCore
import GRDB
import Storage

extension MetricStore {
    /// Calls `body` with a point for each step that has samples, in order of time.
    ///
    /// - Parameter step: milliseconds; steps begin at multiples of it, counted from 1970.
    /// - Returns: false if a percentile was asked for of a time whose samples were rolled up; such steps make no point.
    /// - Throws: `usage` for a step that is none, `failed` for a percentile of some million samples in one step.
    package func readPoints(
        of series: MetricSeries, _ range: ClosedRange<Timestamp>? = nil, step: Int64, _ aggregate: Aggregate,
        _ body: @escaping (AggregatePoint) throws -> Void
    ) throws -> Bool {
        guard step > 0 else { throw Fault(.usage, "a step is longer than nothing", hint: "for example '--step 5m'") }
        let range = Self.milliseconds(range)
        let isPrimed = aggregate == .rate
        var steps = StepAggregation(
            range, step: step, aggregate, resets: series.isCounted, body)
        try store.read { database in
            var rollUps = try RollUpReader(database).all(of: series.row, range, primed: isPrimed)[...]
            try SampleReader(database).forEachRun(of: series.row, range, primed: isPrimed) { run in
                for index in 0..<run.count {
                    while let rollUp = rollUps.first, rollUp.start <= run.times[index] {
                        try steps.add(rollUp)
                        rollUps.removeFirst()
                    }
                    try steps.add(run.times[index], run.bits[index])
                }
            }
            for rollUp in rollUps { try steps.add(rollUp) }
            try steps.finish()
        }
        return !steps.isIncomplete
    }

    package func points(
        of series: MetricSeries, _ range: ClosedRange<Timestamp>? = nil, step: Int64, _ aggregate: Aggregate
    ) throws -> [AggregatePoint] {
        let points = PointList()
        _ = try readPoints(of: series, range, step: step, aggregate) { points.list.append($0) }
        return points.list
    }

    private final class PointList { var list: [AggregatePoint] = [] }
}
