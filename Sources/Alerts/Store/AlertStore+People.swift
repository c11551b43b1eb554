package import DebVisorCore
import GRDB
import Storage

extension AlertStore {
    /// Somebody looks after an alert: no reminders until it is over, the end given, or its severity rises.
    /// - Returns: the alert as it is now.
    /// - Throws: `notFound`, `conflict` if it does not fire, `usage` for an end that has passed.
    package func acknowledge(
        _ id: String, by person: String, note: String? = nil, until end: Timestamp? = nil, at now: Timestamp
    ) throws -> Alert {
        guard !person.isEmpty else {
            throw Fault(.usage, "an acknowledgement says who looks after it", hint: "give a name")
        }
        return try store.write("alert-ack") { database in
            try Self.change(id, database, now) {
                try $0.acknowledge(Acknowledgement(by: person, at: now, until: end, note: note))
            }
        }
    }

    /// A person says that an alert is over; if the next sample says otherwise, it begins anew.
    /// - Parameter isFalse: there was nothing; the history says so, also of an alert that is over.
    /// - Returns: the alert as it is now.
    /// - Throws: `notFound`.
    package func resolve(
        _ id: String, by person: String, isFalse: Bool = false, note: String? = nil, at now: Timestamp
    ) throws -> Alert {
        let reason = (isFalse ? "a false alarm" : "resolved by hand") + (note.map { ": \($0)" } ?? "")
        return try store.write("alert-resolve") { database in
            try Self.change(id, database, now) { $0.resolveByHand(at: now, by: person, isFalse: isFalse, reason) }
        }
    }

    private static func change(
        _ id: String, _ database: Database, _ now: Timestamp, _ body: (inout AlertMachine) throws -> Void
    ) throws -> Alert {
        let row = try Self.row(id, database)
        guard let rule = try Self.rule(row.rule, database) else { return row.alert }
        let pass = try EvaluationPass(database, now)
        try pass.change(row, rule, body)
        try pass.finish()
        return try Self.row(row.fingerprint.text, database).alert
    }

    /// The alert of an id or of a beginning of one that no other has.
    /// - Throws: `notFound`, `usage` if several begin so.
    static func row(_ id: String, _ database: Database) throws -> AlertRow {
        let isPlain = !id.isEmpty && id.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        let rows =
            isPlain
            ? try Row.fetchAll(
                database,
                sql: AlertRow.selection + "WHERE fingerprint >= :id AND fingerprint < :id || 'g' LIMIT 2",
                arguments: ["id": id]) : []
        guard let first = rows.first else {
            throw Fault(.notFound, "there is no alert '\(id)'", hint: "see them with: debvisor alert list --all")
        }
        guard rows.count == 1 else {
            throw Fault(.usage, "the ids of several alerts begin with '\(id)'", hint: "give more of it")
        }
        return try AlertRow(first)
    }
}
