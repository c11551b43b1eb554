import Storage

/// The tables of the store; times are milliseconds since 1970.
///
/// A series stays while something refers to it. Its state is a table of its own: that a series has nothing new is seen without
/// reading 34 KB. `hash` is the number of the series' id, `tags` a JSON object with its keys in order.
enum AnomalySchema {
    static let migrations = [
        Migration(
            "anomalies",
            sql: """
                CREATE TABLE series (
                    id INTEGER PRIMARY KEY,
                    hash INTEGER NOT NULL UNIQUE,
                    metric TEXT NOT NULL,
                    tags TEXT NOT NULL,
                    label TEXT NOT NULL
                );
                CREATE INDEX series_of_metric ON series (metric);
                CREATE TABLE progress (
                    series_id INTEGER PRIMARY KEY REFERENCES series (id),
                    revision INTEGER NOT NULL,
                    seen_until INTEGER NOT NULL,
                    seen_count INTEGER NOT NULL,
                    seen_from INTEGER NOT NULL,
                    rows INTEGER NOT NULL,
                    learned_at INTEGER NOT NULL,
                    minimum REAL,
                    maximum REAL,
                    is_counter INTEGER NOT NULL,
                    last_time INTEGER,
                    last_value REAL NOT NULL,
                    usual_step REAL NOT NULL,
                    changed_at INTEGER NOT NULL
                );
                CREATE TABLE states (
                    series_id INTEGER PRIMARY KEY REFERENCES progress (series_id) ON DELETE CASCADE,
                    data BLOB NOT NULL
                );
                CREATE TABLE findings (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    series_id INTEGER NOT NULL REFERENCES series (id),
                    time INTEGER NOT NULL,
                    severity TEXT NOT NULL,
                    score REAL NOT NULL,
                    surprise REAL NOT NULL,
                    is_counter INTEGER NOT NULL,
                    minimum REAL,
                    maximum REAL,
                    explanation TEXT NOT NULL,
                    recorded_at INTEGER NOT NULL
                );
                CREATE UNIQUE INDEX findings_of_series ON findings (series_id, time);
                CREATE INDEX findings_by_time ON findings (time);
                CREATE TABLE baselines (
                    series_id INTEGER PRIMARY KEY REFERENCES series (id),
                    is_counter INTEGER NOT NULL,
                    changed_at INTEGER NOT NULL,
                    record TEXT NOT NULL
                );
                """),
        // `evidence` has names, with spaces between them. Findings are forgotten some day, what was told of them is not.
        Migration(
            "false alarms",
            sql: """
                CREATE TABLE false_alarms (
                    series_id INTEGER NOT NULL REFERENCES series (id),
                    time INTEGER NOT NULL,
                    finding_id INTEGER NOT NULL UNIQUE,
                    evidence TEXT NOT NULL,
                    told_by TEXT NOT NULL,
                    told_at INTEGER NOT NULL,
                    PRIMARY KEY (series_id, time)
                ) WITHOUT ROWID;
                """),
    ]
}
