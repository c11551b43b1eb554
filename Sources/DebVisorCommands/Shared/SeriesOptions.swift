import CommandKit
import DebVisorCore
import Metrics

/// Which series of a metric: those that have at least these tags.
struct TagOptions: InputSet {
    let tags = Options("tag", .keyValue, help: "Only series with this tag; each tag once")
}

extension Parsed<TagOptions> {
    /// - Throws: `usage` for what cannot be a tag.
    func tagSet() throws -> TagSet { try TagSet(self.tags.map { ($0.key, $0.value) }) }
}

extension MetricStore {
    /// The series of a metric with at least these tags, or the one of an id.
    /// - Throws: `notFound` with the nearest name as a hint.
    func find(_ name: String, _ tags: TagSet) throws -> [MetricSeries] {
        let found = try (try? MetricName(name)).map { try series(SeriesSelection($0, tags)) } ?? []
        guard found.isEmpty else { return found }
        if let known = try? series(name), known.key.tags.contains(tags) { return [known] }
        let names = try names()
        guard names.contains(name) else { throw Self.noMetric(name, among: names) }
        if tags == .none {
            throw Fault(
                .notFound, "the metric '\(name)' is defined, and has no series yet",
                hint: "record a value: debvisor metric add \(name) VALUE")
        }
        throw Fault(
            .notFound, "no series of '\(name)' has the tags {\(tags)}",
            hint: "see their tags with: debvisor metric list \(name)")
    }

    /// The one series that name and tags fit. - Throws: `notFound`; `usage` if there are several.
    func findOne(_ name: String, _ tags: TagSet) throws -> MetricSeries {
        let found = try find(name, tags)
        // Exactly these tags are never meant for another; a histogram has several series of the same.
        let exact = found.filter { $0.key.tags == tags }
        if let only = exact.first, exact.count == 1 { return only }
        guard let only = found.first, found.count == 1 else {
            throw Fault(
                .usage, "\(found.count) series fit, \(found[0].key) and \(found[1].key) among them",
                hint: "say which with --tag KEY=VALUE, or by its id")
        }
        return only
    }

    static func noMetric(_ name: String, among names: [String]) -> Fault {
        return Fault(
            .notFound, "there is no metric '\(name)'",
            hint: Suggestion.hint(for: name, among: names, otherwise: "see them with: debvisor metric list"))
    }
}

extension AppContext {
    /// For a command about a metric that must be there. - Throws: `notFound`.
    func metricStore(with name: String) throws -> MetricStore {
        guard let store = try existingMetricStore() else { throw MetricStore.noMetric(name, among: []) }
        return store
    }
}
