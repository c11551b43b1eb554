import DebVisorCore

/// What somebody promised of a metric before its samples come: what it is, and what its series may look like.
package struct MetricDefinition: Sendable, Hashable {
    package var name: MetricName
    package var type: MetricType
    package var unit: String
    package var help: String
    /// Of a histogram, else nil.
    package var buckets: HistogramBounds?
    /// Of a summary, ascending, each above 0 and below 1; else nil.
    package var quantiles: [Double]?
    /// The names of tags that its series may have, sorted; nil: any.
    package var labels: [String]?
    /// The most series: of a histogram or a summary, combinations of tags.
    package var seriesLimit: Int

    package static let standardQuantiles = [0.5, 0.9, 0.99]
    package static let standardLimit = 1000

    init(
        stored name: MetricName, _ type: MetricType, unit: String, help: String, buckets: HistogramBounds?,
        quantiles: [Double]?, labels: [String]?, seriesLimit: Int
    ) {
        (self.name, self.type, self.unit, self.help) = (name, type, unit, help)
        (self.buckets, self.quantiles, self.labels, self.seriesLimit) = (buckets, quantiles, labels, seriesLimit)
    }

    /// - Parameter buckets: for a histogram those of Prometheus' clients if nobody says others; so with `quantiles`.
    /// - Throws: `usage` for what contradicts itself or the rules of names (`DefinitionNames`).
    package init(
        _ name: MetricName, _ type: MetricType, unit: String = "", help: String = "", buckets: HistogramBounds? = nil,
        quantiles: [Double]? = nil, labels: [String]? = nil, seriesLimit: Int = standardLimit
    ) throws {
        self.init(
            stored: name, type, unit: unit, help: help,
            buckets: type == .histogram ? buckets ?? .standard : nil,
            quantiles: type == .summary ? (quantiles ?? Self.standardQuantiles).sorted() : nil,
            labels: labels.map { Set($0).sorted() }, seriesLimit: seriesLimit)
        guard buckets == nil || type == .histogram else {
            throw Fault(.usage, "a \(type.rawValue) has no buckets", hint: "only a histogram has: --type histogram")
        }
        guard quantiles == nil || type == .summary else {
            throw Fault(.usage, "a \(type.rawValue) has no quantiles", hint: "only a summary has: --type summary")
        }
        try checkQuantiles()
        try checkLabels()
        try DefinitionNames.check(name, type, unit)
        guard seriesLimit > 0 else { throw Fault(.usage, "a metric has at least one series", hint: "allow more") }
    }

    private func checkQuantiles() throws {
        guard let quantiles else { return }
        guard !quantiles.isEmpty, quantiles.count <= 20, Set(quantiles).count == quantiles.count,
            quantiles.allSatisfy({ $0 > 0 && $0 < 1 })
        else {
            throw Fault(
                .usage, "quantiles lie between 0 and 1, each is named once, and there are at most 20",
                hint: "for example 0.5, 0.9, 0.99")
        }
    }

    private func checkLabels() throws {
        for label in labels ?? [] {
            guard MetricName.isValid(label.utf8, colons: false), label != "__name__" else {
                throw Fault(
                    .usage, "'\(label)' cannot be the name of a label",
                    hint: "a label's name has letters, digits and '_' and does not begin with a digit")
            }
            guard label != type.ownTag else {
                throw Fault(
                    .usage, "the label '\(label)' belongs to the \(type.rawValue) itself", hint: "leave it out")
            }
        }
    }
}

extension MetricDefinition {
    /// - Parameter tags: of a series, or of an observation; what the type itself adds is passed over.
    /// - Throws: `conflict` for a label that is not allowed.
    package func check(_ tags: TagSet) throws {
        guard let labels else { return }
        for tag in tags.tags where !labels.contains(tag.name) && tag.name != type.ownTag {
            let allowed = labels.isEmpty ? "it has none" : "it may have \(labels.joined(separator: ", "))"
            throw Fault(
                .conflict, "metric '\(name)' has no label '\(tag.name)' by its definition",
                hint: "\(allowed); allow it: debvisor metric define \(name) --labels "
                    + (labels + [tag.name]).joined(separator: ","))
        }
    }
}
