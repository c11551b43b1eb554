package import DebVisorCore
import GRDB
package import Platform

/// What a look through one store found.
package struct StoreCheck: Sendable {
    package enum Verdict: String, Sendable, CaseIterable { case ok, absent, older, damaged }

    package var name: String
    /// The file's absolute path.
    package var path: String
    package var verdict: Verdict
    /// Bytes of the file and its log.
    package var size: ByteCount
    /// What is wrong, in SQLite's words or ours; empty unless `damaged`.
    package var problems: [String]
}

extension Store {
    /// Reads the whole store: SQLite's integrity check, foreign keys, and whether we know its schema. Changes nothing.
    ///
    /// - Throws: `denied`, `timeout`; damage is no error but a verdict.
    package static func check(_ description: StoreDescription, in directory: StateDirectory) throws -> StoreCheck {
        var check = StoreCheck(
            name: description.name, path: directory.file(description.path), verdict: .absent, size: ByteCount(0),
            problems: [])
        guard let size = try Store.size(description, in: directory) else { return check }
        check.size = size
        do {
            let store = try connect(description, check.path, .reading(patience: 10))
            (check.verdict, check.problems) = try store.queue.read { try inspect($0, description) }
        } catch let error as DatabaseError {
            let fault = Fault.store(description, check.path, error)
            guard fault.kind == .attention else { throw fault }
            check.verdict = .damaged
            check.problems = [fault.cause ?? fault.message]
        }
        return check
    }

    /// Bytes that a store takes with its write-ahead log; nil if there is none.
    package static func size(_ description: StoreDescription, in directory: StateDirectory) throws -> ByteCount? {
        guard let file = try directory.size(of: description.path) else { return nil }
        return ByteCount(file + (try directory.size(of: description.path + "-wal") ?? 0))
    }

    /// What is wrong with the file or its references; the first of each.
    static func problems(_ database: Database) throws -> [String] {
        let broken = try String.fetchAll(database, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
        return try broken
            + Row.fetchAll(database, sql: "PRAGMA foreign_key_check").prefix(20).map { row in
                "a row of '\(row[0] as String)' refers to a row of '\(row[2] as String)' that is not there"
            }
    }

    private static func inspect(
        _ database: Database, _ description: StoreDescription
    ) throws -> (StoreCheck.Verdict, [String]) {
        var problems = try problems(database)
        let schema = try Schema(of: database, against: description)
        if case .unknown(let step) = schema {
            problems.append("written by a newer debvisor (schema '\(step)')")
        }
        if !problems.isEmpty { return (.damaged, problems) }
        return (schema == .current ? .ok : .older, [])
    }
}
