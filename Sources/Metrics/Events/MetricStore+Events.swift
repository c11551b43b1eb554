package import DebVisorCore
import GRDB
import Storage

extension MetricStore {
    /// Takes in what happened, in one transaction. A metric that nobody defined gets the definition of the event. A time before
    /// the newest sample of a series is moved up to that; a counter that is new begins with 0, a millisecond before it grows.
    ///
    /// - Returns: why some could not be taken: a metric of another type has the name, or there are too many series.
    package func record(_ events: [MetricEvent]) throws -> [Fault] {
        guard !events.isEmpty else { return [] }
        return try store.write("metric-events") { try EventPass($0, limit: seriesLimit).record(events) }
    }

    /// The same for the entries of a source, each exactly once, whatever is killed when: which was the last is part of the
    /// transaction, and those up to it are passed over.
    ///
    /// - Parameters:
    ///   - source: a name for the source that no other has.
    ///   - newest: the largest number that the source ever gave. If it is below that of the last entry, the source has gone
    ///     back to an older state: nothing is taken in then, and what comes later counts again.
    package func record(_ entries: [NumberedEvents], from source: String, newest: Int64) throws -> [Fault] {
        try store.write("metric-events") { database in
            let last = try Self.position(of: source, database) ?? 0
            guard newest >= last else {
                try Self.setPosition(newest, of: source, database)
                return []
            }
            let new = entries.filter { $0.number > last }
            guard let end = new.map(\.number).max() else { return [] }
            try Self.setPosition(end, of: source, database)
            return try EventPass(database, limit: seriesLimit).record(new.flatMap(\.events))
        }
    }

    /// Passes over all entries of a source up to this number, and none above it.
    package func skip(to number: Int64, of source: String) throws {
        try store.write("metric-events") { try Self.setPosition(number, of: source, $0) }
    }

    private static func position(of source: String, _ database: Database) throws -> Int64? {
        try Int64.fetchOne(
            database, sql: "SELECT value FROM settings WHERE name = ?", arguments: ["position-of-" + source])
    }

    private static func setPosition(_ number: Int64, of source: String, _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO settings VALUES (?, ?)", arguments: ["position-of-" + source, number])
    }
}

/// Events on their way into the store.
private struct EventPass {
    private let writer: MeasureWriter
    private let database: Database

    init(_ database: Database, limit: Int) throws {
        self.database = database
        writer = try MeasureWriter(database, limit: limit)
    }

    func record(_ events: [MetricEvent]) throws -> [Fault] {
        var refused: [Fault] = []
        for event in events {
            do {
                try database.inSavepoint {
                    try take(event)
                    return .commit
                }
            } catch let fault as Fault where fault.kind == .conflict {
                // Nothing is left of it, also not some of its series.
                writer.registry.forget()
                refused.append(fault)
            }
        }
        try writer.finish()
        return refused
    }

    private func take(_ event: MetricEvent) throws {
        let name = event.definition.name
        try MetricStore.check(event.time)
        let definition: MetricDefinition
        if let stored = try DefinitionRow.find(name, database) {
            definition = stored
        } else {
            definition = event.definition
            try DefinitionCheck(database).check(definition)
            try MetricStore.keep(definition, database)
        }
        var observation = ObservedValue(name, event.tags, 0, at: event.time)
        switch (event.change, definition.type) {
        case (.observe(let value), .histogram):
            observation.value = value
            try writer.observe(observation, bounds: .standard, late: .movedUp)
        case (.observe(let value), .summary):
            observation.value = value
            try writer.summarize(observation, late: .movedUp)
        case (.count(let growth), .counter): try put(event, .growth(growth), startsAtZero: true)
        case (.set(let value), .gauge): try put(event, .value(value), startsAtZero: false)
        default:
            throw Fault(
                .conflict, "metric '\(name)' is defined as a \(definition.type.rawValue)",
                hint: "delete that: debvisor metric definition delete \(name)")
        }
    }

    private func put(_ event: MetricEvent, _ change: MeasureWriter.Change, startsAtZero: Bool) throws {
        let name = event.definition.name
        let row = try writer.registry.id(of: SeriesRequest(SeriesKey(name, event.tags), event.definition.type))
        guard let newest = try writer.newest(row)?.time else {
            // Else nobody who looks at its growth sees the first event.
            if startsAtZero { try writer.put(row, .value(0), at: event.time.adding(milliseconds: -1)) }
            return try writer.put(row, change, at: event.time)
        }
        try writer.put(row, change, at: max(newest, event.time))
    }
}
