package import Storage

/// The domain's SQLite file: which repositories this host uses, and what their records say.
///
/// Nothing in it is the only copy of a backup: repositories can be registered again, records are read again.
package struct BackupStore: Sendable {
    package static let store = StoreDescription(
        name: "backups", path: "backups.db",
        recovery: "move the file away and register each repository again: debvisor backup repository add PATH",
        migrations: [
            Migration(
                "repositories-and-records",
                sql: """
                    CREATE TABLE repositories (
                        name TEXT NOT NULL PRIMARY KEY,
                        path TEXT NOT NULL UNIQUE,
                        repository_id TEXT NOT NULL,
                        encrypted INTEGER NOT NULL,
                        key_file TEXT,
                        password_file TEXT,
                        is_default INTEGER NOT NULL,
                        registered_at INTEGER NOT NULL
                    );
                    CREATE UNIQUE INDEX only_one_default ON repositories (is_default) WHERE is_default = 1;
                    CREATE TABLE records (
                        repository_id TEXT NOT NULL,
                        object_name TEXT NOT NULL,
                        backup_id TEXT NOT NULL,
                        name TEXT NOT NULL,
                        created_at TEXT NOT NULL,
                        record BLOB NOT NULL,
                        PRIMARY KEY (repository_id, object_name)
                    ) WITHOUT ROWID;
                    """)
        ],
        entries: {
            try $0.entries(
                """
                SELECT CAST(strftime('%s', min(created_at)) AS INTEGER) * 1000,
                    CAST(strftime('%s', max(created_at)) AS INTEGER) * 1000 FROM records
                """)
        })

    let store: Store

    package init(_ store: Store) { self.store = store }
}
