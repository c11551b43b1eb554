import Storage

/// The tables of the alert store; times are milliseconds since 1970.
///
/// `alerts` has one row for each rule and series that ever spoke; what is listed, open ones by status, has an index,
/// which begins with the urgency of `AlertState`. A row of `deliveries` is one notice of one alert to one notifier, written with the change that it tells of; `key`
/// keeps it single.
enum AlertSchema {
    static let migrations = [Migration("alerts", sql: rules + alerts + history + outbox)]

    private static let rules = """
        CREATE TABLE rules (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            definition TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL
        );
        CREATE TABLE silences (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            matchers TEXT NOT NULL,
            author TEXT NOT NULL,
            reason TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            ends_at INTEGER NOT NULL,
            deleted_at INTEGER
        );
        CREATE INDEX silences_by_end ON silences (ends_at);
        CREATE TABLE topology (
            object TEXT NOT NULL,
            parent TEXT NOT NULL,
            PRIMARY KEY (object, parent)
        ) WITHOUT ROWID;
        CREATE TABLE settings (
            name TEXT NOT NULL PRIMARY KEY,
            value
        ) WITHOUT ROWID;

        """

    private static let alerts = """
        CREATE TABLE alerts (
            id INTEGER PRIMARY KEY,
            fingerprint TEXT NOT NULL UNIQUE,
            rule TEXT NOT NULL,
            series_id TEXT NOT NULL,
            metric TEXT NOT NULL,
            tags TEXT NOT NULL,
            series TEXT NOT NULL,
            object TEXT,
            host TEXT,
            status TEXT NOT NULL,
            phase TEXT NOT NULL,
            severity TEXT NOT NULL,
            rank INTEGER NOT NULL,
            episode INTEGER NOT NULL,
            value REAL NOT NULL,
            threshold REAL,
            peak REAL NOT NULL,
            n INTEGER NOT NULL,
            sample_at INTEGER NOT NULL,
            first_seen_at INTEGER NOT NULL,
            last_seen_at INTEGER NOT NULL,
            pending_since INTEGER,
            clear_since INTEGER,
            fired_at INTEGER,
            since INTEGER NOT NULL,
            message TEXT NOT NULL,
            is_without_data INTEGER NOT NULL,
            is_flapping INTEGER NOT NULL,
            changes TEXT NOT NULL,
            ack_by TEXT,
            ack_at INTEGER,
            ack_until INTEGER,
            ack_note TEXT,
            suppressed_by TEXT,
            told_at INTEGER,
            reminders INTEGER NOT NULL,
            is_false INTEGER NOT NULL
        );
        CREATE INDEX alerts_of_status ON alerts (status, since);
        CREATE INDEX alerts_open ON alerts (rank, since DESC, id DESC) WHERE status <> 'resolved';
        CREATE INDEX alerts_of_rule ON alerts (rule);

        """

    private static let history = """
        CREATE TABLE history (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            alert_id INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            from_status TEXT,
            to_status TEXT NOT NULL,
            severity TEXT NOT NULL,
            episode INTEGER NOT NULL,
            value REAL NOT NULL,
            reason TEXT NOT NULL
        );
        CREATE INDEX history_of_alert ON history (alert_id, id);
        CREATE INDEX history_by_time ON history (at);

        """

    private static let outbox = """
        CREATE TABLE notifiers (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            definition TEXT NOT NULL,
            created_at INTEGER NOT NULL
        );
        CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            notifier_id INTEGER NOT NULL REFERENCES notifiers (id) ON DELETE CASCADE,
            alert_id INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
            episode INTEGER NOT NULL,
            kind TEXT NOT NULL,
            group_key TEXT NOT NULL,
            payload TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            batch TEXT,
            claimed_by TEXT,
            claimed_until INTEGER,
            ended_at INTEGER,
            problem TEXT
        );
        CREATE INDEX deliveries_due ON deliveries (due_at, id) WHERE state = 'waiting';
        CREATE INDEX deliveries_claimed ON deliveries (claimed_until) WHERE state = 'claimed';
        CREATE INDEX deliveries_of_alert ON deliveries (alert_id, notifier_id, id);
        CREATE INDEX deliveries_of_batch ON deliveries (batch) WHERE batch IS NOT NULL;
        CREATE INDEX deliveries_of_notifier ON deliveries (notifier_id, group_key) WHERE state = 'waiting';
        CREATE INDEX deliveries_ended ON deliveries (ended_at) WHERE ended_at IS NOT NULL;
        """
}
