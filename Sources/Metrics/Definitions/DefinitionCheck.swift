import DebVisorCore
import GRDB

/// Whether stored series allow a definition.
struct DefinitionCheck {
    let database: Database

    init(_ database: Database) { self.database = database }

    /// - Throws: `conflict`, with what to do.
    func check(_ definition: MetricDefinition) throws {
        let name = definition.name
        guard let (id, family) = try MetricFamily.find(name.text, database) else {
            // A histogram's or a summary's name must not be made of parts of another, nor the other way round.
            _ = try FamilyNames { try MetricFamily.find($0, database) }.resolve(
                SeriesRequest(
                    SeriesKey(MetricName(stored: name.text + definition.type.countedSuffix)), definition.type,
                    suffix: definition.type.countedSuffix))
            return
        }
        let stored = try TagSets(of: id, database)
        guard !stored.series.isEmpty else { return }
        if family.type != definition.type { throw conflict(name, "its series are of a \(family.type.rawValue)") }
        if !family.unit.isEmpty, family.unit != definition.unit {
            throw conflict(name, "its samples are in \(family.unit)")
        }
        if let buckets = definition.buckets {
            let bounds = Set(buckets.bounds.map(HistogramBounds.text))
            if let other = stored.values(of: "le").subtracting(bounds).sorted().first {
                throw conflict(name, "its series have a bucket up to \(other)")
            }
            let missing = bounds.subtracting(stored.values(of: "le"))
            if let other = missing.sorted().first { throw conflict(name, "its series have no bucket up to \(other)") }
        }
        if let quantiles = definition.quantiles {
            let texts = Set(quantiles.map(HistogramBounds.text))
            if let other = stored.values(of: "quantile").subtracting(texts).sorted().first {
                throw conflict(name, "its series have the quantile \(other), which would stand still")
            }
        }
        try checkLabels(definition, stored)
        let count = try Cardinality.count(of: id, suffix: family.type.countedSuffix, database)
        guard count <= definition.seriesLimit else {
            throw conflict(name, "it has \(count) series already")
        }
    }

    private func checkLabels(_ definition: MetricDefinition, _ stored: TagSets) throws {
        guard let labels = definition.labels else { return }
        let allowed = Set(labels + [definition.type.ownTag].compactMap(\.self))
        if let other = stored.names.subtracting(allowed).sorted().first {
            throw Fault(
                .conflict, "metric '\(definition.name)' cannot be defined so: its series have the label '\(other)'",
                hint: "allow it too, or delete those series: debvisor metric list \(definition.name)")
        }
    }

    private func conflict(_ name: MetricName, _ why: String) -> Fault {
        Fault(
            .conflict, "metric '\(name)' cannot be defined so: \(why)",
            hint: "define it as its series are, or delete them first: debvisor metric delete \(name)")
    }
}
