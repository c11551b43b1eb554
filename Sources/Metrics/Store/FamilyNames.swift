import DebVisorCore
import GRDB

/// Which family a series belongs to, and whether it may be of that type: one name, one type.
struct FamilyNames {
    /// What a histogram puts behind its name; a summary the last two.
    static let endings = ["_bucket", "_sum", "_count"]

    private let stored: (String) throws -> (Int64, MetricFamily)?

    init(_ stored: @escaping (String) throws -> (Int64, MetricFamily)?) { self.stored = stored }

    /// - Throws: `conflict` if the name is taken by a metric of another type.
    func resolve(_ request: SeriesRequest) throws -> (name: MetricName, suffix: String) {
        let name = request.family
        if let (_, family) = try stored(name.text) {
            guard Self.fits(request, family) else { throw conflict(name, family.type, request.type ?? .gauge) }
            return (name, request.suffix)
        }
        if let type = request.type, type.isCompound {
            for ending in Self.endings {
                if let (_, other) = try stored(name.text + ending) { throw conflict(other.name, other.type, type) }
            }
            return (name, request.suffix)
        }
        for ending in Self.endings where name.text.hasSuffix(ending) {
            let base = MetricName(stored: String(name.text.dropLast(ending.utf8.count)))
            guard let (_, family) = try stored(base.text), family.type.isCompound else { continue }
            if family.type == .summary {
                guard ending != "_bucket" else { continue }
                // What an imported text declares as a summary comes as counters.
                if request.type == .counter { return (base, ending) }
            }
            guard request.type == nil else { throw conflict(base, family.type, request.type ?? .gauge) }
            return (base, ending)
        }
        return (name, "")
    }

    /// A name of a histogram alone has no series, that of a summary only its quantiles, which imported texts call gauges.
    private static func fits(_ request: SeriesRequest, _ family: MetricFamily) -> Bool {
        switch family.type {
        case .gauge, .counter: return (request.type ?? family.type) == family.type
        case .histogram: return (request.type ?? .histogram) == .histogram && !request.suffix.isEmpty
        case .summary:
            if !request.suffix.isEmpty { return (request.type ?? .summary) == .summary }
            return request.key.tags["quantile"] != nil && [nil, .summary, .gauge].contains(request.type)
        }
    }

    private func conflict(_ name: MetricName, _ old: MetricType, _ new: MetricType) -> Fault {
        Fault(
            .conflict, "metric '\(name)' is a \(old.rawValue), not a \(new.rawValue)",
            hint: "use another name, or delete the metric first")
    }
}

extension MetricFamily {
    /// The family of that very name.
    static func find(_ name: String, _ database: Database) throws -> (Int64, MetricFamily)? {
        let statement = try database.cachedStatement(
            sql: "SELECT id, name, type, unit, help FROM families WHERE name = ?")
        return try Row.fetchOne(statement, arguments: [name]).map { ($0[0], try MetricFamily($0, from: 1)) }
    }

    /// From the columns name, type, unit and help.
    init(_ row: Row, from column: Int) throws {
        guard let type = MetricType(rawValue: row[column + 1]) else {
            throw Fault(
                .attention, "the metric store has a type that is none: '\(row[column + 1] as String)'",
                hint: MetricStore.recovery)
        }
        self.init(MetricName(stored: row[column]), type, unit: row[column + 2], help: row[column + 3])
    }
}
