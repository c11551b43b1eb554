package import DebVisorCore
import GRDB
import Storage

extension AlertStore {
    /// Adds a silence and hides at once what it matches.
    /// - Returns: the silence with its id.
    /// - Throws: `usage` for an end that has passed by now.
    package func add(_ silence: Silence, at now: Timestamp) throws -> Silence {
        guard silence.endsAt > now else {
            throw Fault(
                .usage, "the silence would end at \(silence.endsAt), which has passed", hint: "give a time ahead")
        }
        let matchers = try StoredJSON.encode(silence.matchers)
        return try store.write("silence") { database in
            try database.execute(
                sql: """
                    INSERT INTO silences (matchers, author, reason, created_at, ends_at) VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    matchers, silence.author, silence.reason, silence.createdAt.milliseconds,
                    silence.endsAt.milliseconds,
                ])
            var stored = silence
            stored.id = database.lastInsertedRowID
            try Self.pass(over: database, now)
            return stored
        }
    }

    /// Ends a silence before its time, and shows at once what it hid.
    /// - Returns: false if it had ended.
    /// - Throws: `notFound`.
    @discardableResult
    package func deleteSilence(_ id: Int64, at now: Timestamp) throws -> Bool {
        try store.write("silence") { database in
            guard let silence = try Self.silences(database, "WHERE id = ?", [id]).first else {
                throw Fault(.notFound, "there is no silence \(id)", hint: "see 'debvisor alert silence list'")
            }
            guard silence.isActive(at: now) else { return false }
            try database.execute(
                sql: "UPDATE silences SET deleted_at = ? WHERE id = ?", arguments: [now.milliseconds, id])
            try Self.pass(over: database, now)
            return true
        }
    }

    /// The newest first.
    /// - Parameter now: only those that hide something at this time; nil: all.
    package func silences(activeAt now: Timestamp? = nil) throws -> [Silence] {
        try store.read { database in
            guard let now else { return try Self.silences(database, "", []) }
            return try Self.active(database, now)
        }
    }

    /// Open alerts that a silence with these matchers would hide.
    package func preview(_ matchers: [LabelMatcher]) throws -> [Alert] {
        let filter = LabelFilter(matchers)
        return try store.read { database in
            try Row.fetchAll(database, sql: AlertRow.selection + "WHERE status <> 'resolved' ORDER BY id").compactMap {
                let row = try AlertRow($0)
                return filter.fits(row.labels) ? row.alert : nil
            }
        }
    }

    /// - Throws: `notFound`.
    package func silence(_ id: Int64) throws -> Silence {
        try store.read { database in
            guard let silence = try Self.silences(database, "WHERE id = ?", [id]).first else {
                throw Fault(.notFound, "there is no silence \(id)", hint: "see 'debvisor alert silence list'")
            }
            return silence
        }
    }

    /// Of each silence the open alerts that it matches, whether it hides them or something else does.
    package func matches(of silences: [Silence]) throws -> [Int64: [AlertID]] {
        guard !silences.isEmpty else { return [:] }
        return try store.read { database in
            var found: [Int64: [AlertID]] = [:]
            let filters = silences.map { (id: $0.id, filter: LabelFilter($0.matchers)) }
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT \(AlertLabels.columns), fingerprint FROM alerts WHERE status <> 'resolved'
                    ORDER BY rank, since DESC, id DESC
                    """)
            while let row = try rows.next() {
                let labels = AlertLabels(row)
                for (id, filter) in filters where filter.fits(labels.value) {
                    found[id, default: []].append(AlertID(stored: row[AlertLabels.count]))
                }
            }
            return found
        }
    }

    static func active(_ database: Database, _ now: Timestamp) throws -> [Silence] {
        try silences(database, "WHERE ends_at > ? AND deleted_at IS NULL", [now.milliseconds])
    }

    private static func silences(
        _ database: Database, _ condition: String, _ arguments: StatementArguments
    ) throws -> [Silence] {
        let statement = try database.cachedStatement(sql: "SELECT * FROM silences \(condition) ORDER BY id DESC")
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            Silence(
                id: row["id"], try StoredJSON.decode([LabelMatcher].self, from: row["matchers"], of: "silences"),
                row["author"], row["reason"], (row["created_at"], row["ends_at"], row["deleted_at"]))
        }
    }

    private static func pass(over database: Database, _ now: Timestamp) throws {
        let pass = try EvaluationPass(database, now)
        try pass.tickAll()
        try pass.finish()
    }
}
