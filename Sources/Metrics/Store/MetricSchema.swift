import Storage

/// The tables of the metric store; times are milliseconds since 1970.
///
/// What was written last lies in `batches`, in order of arrival; all that is older lies in `chunks`, each of one series and
/// tier, which do not overlap within these. The row of a series is never used again: a writer remembers it from one transaction
/// to the next. A family with a definition stays when its last series goes. docs/architecture.md has the reasons and the bytes.
enum MetricSchema {
    static let migrations = [
        Migration(
            "metrics",
            sql: """
                CREATE TABLE families (
                    id INTEGER PRIMARY KEY,
                    name TEXT NOT NULL UNIQUE,
                    type TEXT NOT NULL,
                    unit TEXT NOT NULL,
                    help TEXT NOT NULL
                );
                CREATE TABLE series (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    hash INTEGER NOT NULL UNIQUE,
                    family_id INTEGER NOT NULL REFERENCES families (id),
                    suffix TEXT NOT NULL,
                    tags TEXT NOT NULL,
                    minimum REAL,
                    maximum REAL
                );
                CREATE INDEX series_of_family ON series (family_id);
                CREATE TABLE batches (
                    id INTEGER PRIMARY KEY,
                    n INTEGER NOT NULL,
                    data BLOB NOT NULL
                );
                CREATE TABLE chunks (
                    id INTEGER PRIMARY KEY,
                    series_id INTEGER NOT NULL REFERENCES series (id),
                    tier INTEGER NOT NULL,
                    first INTEGER NOT NULL,
                    last INTEGER NOT NULL,
                    n INTEGER NOT NULL,
                    data BLOB NOT NULL
                );
                CREATE UNIQUE INDEX chunks_of_series ON chunks (series_id, tier, first, last, n);
                CREATE TABLE settings (
                    name TEXT NOT NULL PRIMARY KEY,
                    value
                ) WITHOUT ROWID;
                """),
        Migration(
            "definitions",
            sql: """
                CREATE TABLE definitions (
                    family_id INTEGER PRIMARY KEY REFERENCES families (id) ON DELETE CASCADE,
                    buckets TEXT,
                    quantiles TEXT,
                    labels TEXT,
                    series_limit INTEGER NOT NULL
                );
                CREATE TABLE sketches (
                    series_id INTEGER PRIMARY KEY REFERENCES series (id) ON DELETE CASCADE,
                    data BLOB NOT NULL
                );
                """),
    ]
}
