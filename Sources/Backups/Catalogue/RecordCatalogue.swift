import DebVisorCore
import Foundation
import GRDB
import Platform
import Storage

/// What a repository's records say, kept on this host: a listing opens only the records that are new.
extension BackupStore {
    /// A backup's name as completion offers it.
    package struct Reference: Sendable {
        package var backupID: String
        package var name: String
        package var createdAt: String
    }

    /// Every backup of the repository, oldest first, as its directory says now; damaged records apart, by name.
    package func snapshots(of repository: Repository) throws -> (snapshots: [Snapshot], damaged: [String]) {
        let names = try repository.directory.list("snapshots").map { "snapshots/\($0)" }
        let known = try knownRecords(repository.id)
        var fresh: [Snapshot] = []
        var damaged: [String] = []
        var snapshots: [Snapshot] = []
        for name in names {
            if let record = known[name] {
                snapshots.append(record)
                continue
            }
            do {
                guard let snapshot = try repository.snapshot(named: name) else { continue }
                snapshots.append(snapshot)
                fresh.append(snapshot)
            } catch let fault as Fault where fault.kind == .attention {
                damaged.append(name)
            }
        }
        let gone = Set(known.keys).subtracting(names)
        if !fresh.isEmpty || !gone.isEmpty { try remember(fresh, forgetting: gone, in: repository.id) }
        return (snapshots, damaged)
    }

    /// Notes a new backup. Losing this note costs one look into the repository.
    func remember(_ snapshot: Snapshot, in repository: ObjectID) throws {
        try remember([snapshot], forgetting: [], in: repository)
    }

    /// Names for completion, newest first; from every repository.
    package func references(startingWith prefix: String) throws -> [Reference] {
        try store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT backup_id, name, created_at FROM records
                    WHERE substr(name || '@' || created_at, 1, length(:prefix)) = :prefix
                       OR substr(backup_id, 1, length(:prefix)) = :prefix
                    ORDER BY created_at DESC LIMIT 200
                    """, arguments: ["prefix": prefix]
            ).map { Reference(backupID: $0["backup_id"], name: $0["name"], createdAt: $0["created_at"]) }
        }
    }

    private func knownRecords(_ repository: ObjectID) throws -> [String: Snapshot] {
        try store.read { database in
            let rows = try Row.fetchCursor(
                database, sql: "SELECT object_name, record FROM records WHERE repository_id = ?",
                arguments: [repository.description])
            var known: [String: Snapshot] = [:]
            while let row = try rows.next() {
                let name: String = row["object_name"]
                // A row of an older debvisor that no longer decodes is read again from the repository.
                known[name] = try? Snapshot(json: Array(row["record"] as Data), of: name)
            }
            return known
        }
    }

    private func remember(_ snapshots: [Snapshot], forgetting gone: Set<String>, in repository: ObjectID) throws {
        try store.write("catalogue") { database in
            for name in gone {
                try database.execute(
                    sql: "DELETE FROM records WHERE repository_id = ? AND object_name = ?",
                    arguments: [repository.description, name])
            }
            for snapshot in snapshots {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: [
                        repository.description, snapshot.objectName, snapshot.backup_id, snapshot.name,
                        snapshot.created_at, Data(try JSON.encode(snapshot)),
                    ])
            }
        }
    }
}
