import Storage

/// The tables of the ledger.
///
/// Times are milliseconds since 1970. What must be quick has an index of its own: due jobs, what is open, what nobody
/// was told yet, a page of the history of a job, of a status, of both. Rows of deleted jobs stay while runs name them.
enum ScheduleSchema {
    static let migrations = [
        Migration("ledger", sql: jobs + slots + runs + rest), Migration("endings", sql: endings),
    ]

    private static let jobs = """
        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            command TEXT NOT NULL,
            is_shell INTEGER NOT NULL,
            cron_expression TEXT NOT NULL,
            timezone TEXT NOT NULL,
            priority TEXT NOT NULL,
            timeout_seconds INTEGER,
            retries INTEGER NOT NULL,
            retry_delay INTEGER NOT NULL,
            retry_max_delay INTEGER NOT NULL,
            retry_codes TEXT NOT NULL,
            misfire TEXT NOT NULL,
            overlap TEXT NOT NULL,
            promise TEXT NOT NULL,
            jitter INTEGER NOT NULL,
            start_within INTEGER,
            alert_after INTEGER,
            details TEXT,
            owner TEXT,
            environment_file TEXT,
            run_as TEXT,
            working_directory TEXT,
            on_failure TEXT,
            enabled INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            settled_until INTEGER NOT NULL,
            next_due INTEGER,
            last_started_at INTEGER,
            last_status TEXT,
            last_ended_at INTEGER,
            alert_at INTEGER,
            is_overdue INTEGER NOT NULL DEFAULT 0,
            forgotten_until INTEGER NOT NULL DEFAULT 0,
            deleted_at INTEGER
        );
        CREATE UNIQUE INDEX job_names ON jobs (name) WHERE deleted_at IS NULL;
        CREATE INDEX jobs_due ON jobs (next_due) WHERE next_due IS NOT NULL;
        CREATE INDEX jobs_alert ON jobs (alert_at) WHERE alert_at IS NOT NULL;
        CREATE TABLE dependencies (
            job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            target TEXT NOT NULL,
            within INTEGER,
            PRIMARY KEY (job_id, kind, target)
        ) WITHOUT ROWID;

        """

    private static let slots = """
        CREATE TABLE slots (
            id INTEGER PRIMARY KEY,
            job_id INTEGER NOT NULL REFERENCES jobs (id),
            scheduled_for INTEGER NOT NULL,
            UNIQUE (job_id, scheduled_for)
        );

        """

    private static let runs = """
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            job_id INTEGER NOT NULL REFERENCES jobs (id),
            slot_id INTEGER REFERENCES slots (id),
            attempt INTEGER NOT NULL,
            status TEXT NOT NULL,
            rank INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            start_by INTEGER,
            waits INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            started_at INTEGER,
            ended_at INTEGER,
            exit_code INTEGER,
            signal INTEGER,
            reason TEXT,
            merged_into INTEGER,
            blocked_by TEXT,
            blocked_since INTEGER,
            next_attempt_at INTEGER,
            failures INTEGER NOT NULL DEFAULT 0,
            claim INTEGER NOT NULL DEFAULT 0,
            claimed_by TEXT,
            boot_id TEXT,
            process TEXT,
            cancel_reason TEXT,
            escalation TEXT,
            output_bytes INTEGER NOT NULL DEFAULT 0,
            error_bytes INTEGER NOT NULL DEFAULT 0,
            dropped_bytes INTEGER NOT NULL DEFAULT 0,
            kept_bytes INTEGER NOT NULL DEFAULT 0,
            untold INTEGER,
            merged_times TEXT,
            UNIQUE (slot_id, attempt)
        );
        CREATE INDEX runs_of_job ON runs (job_id, id);
        CREATE INDEX runs_of_status ON runs (status, id);
        CREATE INDEX runs_of_job_and_status ON runs (job_id, status, id);
        CREATE INDEX runs_by_time ON runs (created_at);
        CREATE INDEX runs_waiting ON runs (rank, id) WHERE ended_at IS NULL AND status IN ('pending', 'blocked');
        CREATE INDEX runs_open_of_job ON runs (job_id, due_at) WHERE ended_at IS NULL;
        CREATE INDEX runs_untold ON runs (id) WHERE untold IS NOT NULL;
        CREATE INDEX runs_with_output ON runs (id) WHERE kept_bytes > 0;

        """

    private static let rest = """
        CREATE TABLE events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            job_id INTEGER REFERENCES jobs (id),
            at INTEGER NOT NULL,
            text TEXT NOT NULL,
            untold INTEGER
        );
        CREATE INDEX events_untold ON events (id) WHERE untold IS NOT NULL;
        CREATE TABLE settings (
            name TEXT NOT NULL PRIMARY KEY,
            value
        ) WITHOUT ROWID;
        INSERT INTO settings VALUES ('ledger', lower(hex(randomblob(3))));
        """

    /// What ended and nobody has taken in yet, numbered in the order in which it ended; the last ten thousand.
    private static let endings = """
        CREATE TABLE endings (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            job TEXT NOT NULL,
            status TEXT NOT NULL,
            started_at INTEGER,
            ended_at INTEGER NOT NULL
        );
        CREATE TRIGGER run_ended AFTER UPDATE OF ended_at ON runs
        WHEN NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL BEGIN
            INSERT INTO endings (job, status, started_at, ended_at)
            SELECT name, NEW.status, NEW.started_at, NEW.ended_at FROM jobs WHERE id = NEW.job_id;
            DELETE FROM endings WHERE id <= (SELECT max(id) FROM endings) - 10000;
        END;
        CREATE TRIGGER run_ended_at_once AFTER INSERT ON runs WHEN NEW.ended_at IS NOT NULL BEGIN
            INSERT INTO endings (job, status, started_at, ended_at)
            SELECT name, NEW.status, NEW.started_at, NEW.ended_at FROM jobs WHERE id = NEW.job_id;
            DELETE FROM endings WHERE id <= (SELECT max(id) FROM endings) - 10000;
        END;
        """
}
