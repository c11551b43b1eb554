package import DebVisorCore
import GRDB
import Storage

/// A repository as this host knows it: a short name, where it lies, and where its secret is, so that a job needs none.
package struct RegisteredRepository: Sendable, Equatable {
    package var name: String
    /// Absolute.
    package var path: String
    package var id: ObjectID
    package var encrypted: Bool
    /// Absolute path of the key file; nil if none was named.
    package var keyFile: String?
    /// Absolute path of a file with the password; nil if none was named.
    package var passwordFile: String?
    package var isDefault: Bool
    package var registeredAt: Timestamp

    package init(
        name: String, path: String, id: ObjectID, encrypted: Bool, keyFile: String?, passwordFile: String?,
        isDefault: Bool, registeredAt: Timestamp
    ) {
        self.name = name
        self.path = path
        self.id = id
        self.encrypted = encrypted
        self.keyFile = keyFile
        self.passwordFile = passwordFile
        self.isDefault = isDefault
        self.registeredAt = registeredAt
    }
}

extension BackupStore {
    /// Every registered repository, by name.
    package func repositories() throws -> [RegisteredRepository] {
        try store.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM repositories ORDER BY name").map { try Self.repository($0) }
        }
    }

    /// The repository of this name, or the one at this path.
    package func repository(_ nameOrPath: String) throws -> RegisteredRepository? {
        try store.read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT * FROM repositories WHERE name = :text OR path = :text ORDER BY name = :text DESC",
                arguments: ["text": nameOrPath]
            ).map { try Self.repository($0) }
        }
    }

    package func defaultRepository() throws -> RegisteredRepository? {
        try store.read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM repositories WHERE is_default = 1").map {
                try Self.repository($0)
            }
        }
    }

    /// Registers a repository. The first one becomes the default; one registered as default takes that over.
    /// - Throws: `conflict` if the name or the path is taken.
    package func register(_ repository: RegisteredRepository) throws -> RegisteredRepository {
        try store.write("registry") { database in
            for (column, value) in [("name", repository.name), ("path", repository.path)] {
                let taken = try String.fetchOne(
                    database, sql: "SELECT name FROM repositories WHERE \(column) = ?", arguments: [value])
                if let taken {
                    throw Fault(
                        .conflict, "a repository with the \(column) '\(value)' is registered already, as '\(taken)'",
                        hint: "see it with: debvisor backup repository show \(taken)")
                }
            }
            return try Self.insert(repository, database)
        }
    }

    /// Changes what is known of a registered repository, found by its name.
    /// - Throws: `notFound` if nobody registered it.
    package func update(_ repository: RegisteredRepository) throws -> RegisteredRepository {
        try store.write("registry") { database in
            try database.execute(sql: "DELETE FROM repositories WHERE name = ?", arguments: [repository.name])
            guard database.changesCount == 1 else {
                throw Fault(.notFound, "there is no repository '\(repository.name)'")
            }
            return try Self.insert(repository, database)
        }
    }

    private static func insert(_ repository: RegisteredRepository, _ database: Database) throws -> RegisteredRepository
    {
        var added = repository
        if try Int.fetchOne(database, sql: "SELECT count(*) FROM repositories") == 0 { added.isDefault = true }
        if added.isDefault { try database.execute(sql: "UPDATE repositories SET is_default = 0") }
        try database.execute(
            sql: "INSERT INTO repositories VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                added.name, added.path, added.id.description, added.encrypted, added.keyFile, added.passwordFile,
                added.isDefault, added.registeredAt.milliseconds,
            ])
        return added
    }

    /// Forgets a repository and what its records say; its files stay. True if it was registered.
    package func unregister(_ name: String) throws -> Bool {
        try store.write("registry") { database in
            let id = try String.fetchOne(
                database, sql: "SELECT repository_id FROM repositories WHERE name = ?", arguments: [name])
            guard let id else { return false }
            try database.execute(sql: "DELETE FROM repositories WHERE name = ?", arguments: [name])
            try database.execute(sql: "DELETE FROM records WHERE repository_id = ?", arguments: [id])
            return true
        }
    }

    private static func repository(_ row: Row) throws -> RegisteredRepository {
        guard let id = ObjectID(hex: row["repository_id"] as String) else {
            throw Fault(.attention, "store 'backups' holds a malformed repository id", hint: BackupStore.store.recovery)
        }
        return RegisteredRepository(
            name: row["name"], path: row["path"], id: id, encrypted: row["encrypted"], keyFile: row["key_file"],
            passwordFile: row["password_file"], isDefault: row["is_default"],
            registeredAt: Timestamp(milliseconds: row["registered_at"]))
    }
}
