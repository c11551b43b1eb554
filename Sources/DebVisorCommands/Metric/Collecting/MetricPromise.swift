import Metrics

/// What a metric of `metric collect` is called and means. Whoever builds on it may rely on all of it: one that is added is a
/// decision, one that changes its name, type, unit or labels breaks what people have made. docs/metrics.md lists them.
struct MetricPromise: Sendable, Equatable {
    var name: String
    var type: MetricType
    /// `bytes`, `seconds`; empty for a number of things.
    var unit: String
    var labels: [String]
    /// The largest value that there can be, in words, and 0 is the least; of a counter the most in a second. Empty if nobody
    /// knows.
    var most: String
    var help: String
}

/// One metric and how it is read from a source.
struct Measure<Source: Sendable>: Sendable {
    /// The largest value that there can be.
    struct Most: Sendable {
        var words: String
        var value: @Sendable (Source) -> Double?

        init(_ words: String, _ value: @escaping @Sendable (Source) -> Double?) {
            (self.words, self.value) = (words, value)
        }
    }

    var name: String
    var type: MetricType
    var unit: String
    var help: String
    var most: Most?
    /// Nil where the source does not tell.
    var value: @Sendable (Source) -> Double?

    static func gauge(
        _ name: String, _ unit: String = "", _ help: String, most: Most? = nil,
        _ value: @escaping @Sendable (Source) -> Double?
    ) -> Measure {
        Measure(name: name, type: .gauge, unit: unit, help: help, most: most, value: value)
    }

    static func counter(
        _ name: String, _ unit: String = "", _ help: String, most: Most? = nil,
        _ value: @escaping @Sendable (Source) -> Double?
    ) -> Measure {
        Measure(name: name, type: .counter, unit: unit, help: help, most: most, value: value)
    }
}

/// What is measured at each thing of one kind.
struct MeasureGroup<Source: Sendable>: Sendable {
    var labels: [String]
    /// The values of the labels.
    var identity: @Sendable (Source) -> [String]
    var measures: [Measure<Source>]

    init(
        _ labels: [String], _ identity: @escaping @Sendable (Source) -> [String], _ measures: [Measure<Source>]
    ) {
        (self.labels, self.identity, self.measures) = (labels, identity, measures)
    }

    var promises: [MetricPromise] {
        measures.map {
            MetricPromise(
                name: $0.name, type: $0.type, unit: $0.unit, labels: labels, most: $0.most?.words ?? "", help: $0.help)
        }
    }

    /// The values of one thing. - Throws: `usage` for a name of it that is too long for a tag.
    func values(of source: Source) throws -> [CollectedValue] {
        let tags = try TagSet(zip(labels, identity(source)).map { (name: $0, value: $1) })
        return try measures.compactMap { measure in
            guard let value = measure.value(source) else { return nil }
            let most = measure.most?.value(source).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
            let limits = try most.map { try MetricLimits(least: 0, most: $0) }
            let key = SeriesKey(try MetricName(measure.name), tags)
            return (
                SeriesRequest(key, measure.type, unit: measure.unit, help: measure.help, limits: limits), value
            )
        }
    }
}

typealias CollectedValue = (series: SeriesRequest, value: Double)

extension BinaryInteger {
    var number: Double { Double(self) }
    /// Of a number of nanoseconds.
    var inSeconds: Double { Double(self) / 1e9 }
}
