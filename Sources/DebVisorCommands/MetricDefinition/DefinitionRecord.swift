import CommandKit
import DebVisorCore
import Metrics

/// A definition, and how much of it is used.
struct DefinitionRecord: Sendable {
    enum Origin: String, Sendable, CaseIterable {
        /// debvisor keeps it of itself.
        case ready
        case own
    }

    var definition: MetricDefinition
    var series: Int

    init(_ definition: MetricDefinition, series: Int) { (self.definition, self.series) = (definition, series) }

    var origin: Origin { ReadyMetrics.definition(of: definition.name) == definition ? .ready : .own }
}

extension DefinitionRecord: Record {
    static var fields: [Field<DefinitionRecord>] {
        [
            .string("name", "Name of the metric") { $0.definition.name.text },
            .choice("type", "What its numbers mean") { $0.definition.type },
            .string("unit", "Its unit; unknown if it has none") { known($0.definition.unit) },
            .strings("labels", "The labels that its series may have; unknown if any") { $0.definition.labels },
            .strings("buckets", "Of a histogram: the upper bounds", column: .none) { record in
                record.definition.buckets.map { $0.bounds.map(text) }
            },
            .strings("quantiles", "Of a summary: its shares", column: .none) { record in
                record.definition.quantiles.map { $0.map(text) }
            },
            .int("series", "How many series it has") { $0.series },
            .int("max_series", "The most that it may have") { $0.definition.seriesLimit },
            .choice("origin", "Whether debvisor keeps it of itself", column: .none) { $0.origin },
            .string("description", "What it means") { known($0.definition.help) },
        ]
    }

    private static func known(_ text: String) -> String? { text.isEmpty ? nil : text }
    private static func text(_ number: Double) -> String { number == .infinity ? "+Inf" : number.description }
}

extension AppContext {
    /// Every definition by name: those in the store, and what debvisor keeps of itself and has not kept yet.
    func definitions() throws -> [DefinitionRecord] {
        let store = try existingMetricStore()
        let stored = try store?.definitions() ?? []
        let names = Set(stored.map(\.name))
        let all = stored + ReadyMetrics.all.filter { !names.contains($0.name) }
        return try all.sorted { $0.name < $1.name }
            .map { DefinitionRecord($0, series: try store?.seriesCount(of: $0.name) ?? 0) }
    }

    /// - Throws: `notFound` with the nearest name as a hint.
    func definition(_ name: String) throws -> DefinitionRecord {
        let all = try definitions()
        if let found = all.first(where: { $0.definition.name.text == name }) { return found }
        throw Fault(
            .notFound, "no metric '\(name)' is defined",
            hint: Suggestion.hint(
                for: name, among: all.map(\.definition.name.text),
                otherwise: "see them with: debvisor metric definition list"))
    }
}
