import DebVisorCore

/// Makes points of what a series has, in order of time: samples, or roll-ups where the samples are gone.
///
/// NaNs take part in nothing. A step without a value makes no point.
struct StepAggregation {
    private let range: ClosedRange<Int64>
    private let step: Int64
    private let aggregate: Aggregate
    private let resets: Bool
    private let body: (AggregatePoint) throws -> Void

    private var start: Int64?
    private var total = RollUp(start: 0)
    private var values: [Double] = []
    private var growth = Growth()
    /// Whether a percentile lacks samples that were rolled up.
    private(set) var isIncomplete = false

    /// A step with more samples has no exact percentile in bounded memory.
    private static let mostValues = 4 << 20

    /// - Parameters:
    ///   - step: milliseconds, above 0.
    ///   - resets: whether a fall is a new beginning from zero.
    init(
        _ range: ClosedRange<Int64>, step: Int64, _ aggregate: Aggregate, resets: Bool,
        _ body: @escaping (AggregatePoint) throws -> Void
    ) {
        (self.range, self.step, self.aggregate, self.resets, self.body) = (range, step, aggregate, resets, body)
    }

    mutating func add(_ time: Int64, _ bits: UInt64) throws {
        let value = Double(bitPattern: bits)
        if value.isNaN {
            if bits == Sample.endBits { growth.end() }
            return
        }
        // Before the range: only what a growth begins from.
        guard time >= range.lowerBound else { return growth.begin(time, value) }
        try enter(time)
        if aggregate == .rate {
            growth.add(time, value, resets: resets)
        } else if aggregate.quantile != nil {
            guard values.count < Self.mostValues else {
                throw Fault(
                    .failed, "a step has too many samples for a percentile", hint: "take a shorter step, or an average")
            }
            values.append(value)
        } else {
            total.add(time, value)
        }
    }

    mutating func add(_ rollUp: RollUp) throws {
        guard rollUp.start >= range.lowerBound else { return growth.begin(rollUp.lastTime, rollUp.last) }
        guard aggregate.quantile == nil else { return isIncomplete = true }
        try enter(rollUp.start)
        if aggregate == .rate {
            growth.add(rollUp)
        } else {
            total.merge(rollUp)
        }
    }

    /// Makes the last point.
    mutating func finish() throws {
        guard let start else { return }
        self.start = nil
        if let value = value() { try body(AggregatePoint(Timestamp(milliseconds: start), value)) }
        total = RollUp(start: 0)
        values.removeAll(keepingCapacity: true)
        growth.settle()
    }

    private mutating func enter(_ time: Int64) throws {
        let rest = time % step
        let first = time - (rest < 0 ? rest + step : rest)
        guard first != start else { return }
        try finish()
        start = first
    }

    private mutating func value() -> Double? {
        switch aggregate {
        case .rate: return growth.rate
        case .p50, .p95, .p99: return aggregate.quantile.flatMap { Percentile.of(&values, $0) }
        case .count: return total.count > 0 ? Double(total.count) : nil
        case _ where total.count == 0: return nil
        case .avg: return total.sum / Double(total.count)
        case .min: return total.least
        case .max: return total.largest
        case .sum: return total.sum
        }
    }
}

/// How much a series grew within a step, and in what time.
struct Growth {
    private var last: (time: Int64, value: Double)?
    private var increase = 0.0
    private var elapsed: Int64 = 0

    /// A second; nil if there were no two samples to compare.
    var rate: Double? { elapsed > 0 ? increase / (Double(elapsed) / 1000) : nil }

    mutating func begin(_ time: Int64, _ value: Double) { last = (time, value) }

    /// What comes after is not compared with what was before.
    mutating func end() { last = nil }

    mutating func add(_ time: Int64, _ value: Double, resets: Bool) {
        if let last {
            increase += resets && value < last.value ? value : value - last.value
            elapsed += time - last.time
        }
        last = (time, value)
    }

    mutating func add(_ rollUp: RollUp) {
        if let last {
            increase += rollUp.last - last.value + rollUp.lost
            elapsed += rollUp.lastTime - last.time
        }
        last = (rollUp.lastTime, rollUp.last)
    }

    /// The step is over.
    mutating func settle() { (increase, elapsed) = (0, 0) }
}

enum Percentile {
    /// With linear interpolation between neighbours, as Prometheus' `quantile_over_time`; nil of nothing.
    static func of(_ values: inout [Double], _ quantile: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        values.sort()
        let rank = quantile * Double(values.count - 1)
        let lower = Int(rank)
        guard lower + 1 < values.count, rank > Double(lower) else { return values[lower] }
        let weight = rank - Double(lower)
        return values[lower] * (1 - weight) + values[lower + 1] * weight
    }
}
