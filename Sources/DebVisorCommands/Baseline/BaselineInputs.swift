import Anomalies
import CommandKit
import DebVisorCore
import Metrics

/// The samples that a baseline is made of.
struct BaselineSpan: InputSet {
    let from = Option("from", .time, help: "Only samples from then on; 30d is so long ago")
    let to = Option("to", .time, help: "Only samples up to then")
}

extension AppContext {
    /// Nil for all samples. - Throws: `usage` if it ends before it begins.
    func range(of span: Parsed<BaselineSpan>) throws -> ClosedRange<Timestamp>? {
        guard span.from != nil || span.to != nil else { return nil }
        let from = try instant(of: span.from) ?? Timestamp(milliseconds: Sample.times.lowerBound)
        let to = try instant(of: span.to) ?? Timestamp(milliseconds: Sample.times.upperBound)
        guard from <= to else {
            throw Fault(.usage, "the span ends before it begins", hint: "--to must be later than --from")
        }
        return from...to
    }

    /// For a command about baselines that must be there. - Throws: `notFound`.
    func anomalyStore(withBaselinesOf name: String) throws -> AnomalyStore {
        guard let store = try existingAnomalyStore() else { throw AnomalyStore.noBaseline(name, among: []) }
        return store
    }
}

extension AnomalyStore {
    /// The series with a baseline that name and tags fit. - Throws: `notFound` with the nearest name as a hint.
    func findBaselines(_ name: String, _ tags: TagSet) throws -> [SeriesLabel] {
        let found = try seriesWithBaseline(name, tags.dictionary)
        if found.isEmpty { throw Self.noBaseline(name, among: try seriesWithBaseline().map(\.metric)) }
        return found
    }

    static func noBaseline(_ name: String, among names: [String]) -> Fault {
        return Fault(
            .notFound, "there is no such baseline of '\(name)'",
            hint: Suggestion.hint(
                for: name, among: names,
                otherwise: "make it with: debvisor baseline create \(name)"))
    }
}
