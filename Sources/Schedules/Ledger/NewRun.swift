import GRDB

/// What all rows have in common that one job gets in one look.
struct NewRun {
    var job: Int64
    var priority: JobPriority
    /// Seconds.
    var startWithin: Int64?
    var jitter: Int64
    var now: Int64
    /// See `PassedSlots`.
    var inGaps: [Int64: [LocalTime]]

    init(_ row: Row, jitter: Int64, inGaps: [Int64: [LocalTime]], _ now: Int64) {
        job = row["id"]
        priority = JobPriority(rawValue: row["priority"]) ?? .normal
        startWithin = row["start_within"]
        self.jitter = jitter
        self.inGaps = inGaps
        self.now = now
    }
}

extension LedgerPass {
    /// Nil if the slot has a row: it was issued before.
    func insertSlot(_ job: Int64, _ slot: Int64) throws -> Int64? {
        try execute("INSERT OR IGNORE INTO slots (job_id, scheduled_for) VALUES (?, ?)", [job, slot * 1000])
        return database.changesCount > 0 ? database.lastInsertedRowID : nil
    }

    /// - Parameter slot: seconds.
    /// - Returns: the number of the run.
    @discardableResult
    func insert(
        _ row: NewRun, _ slotID: Int64, _ slot: Int64, _ status: String, reason: String? = nil, into: Int64? = nil,
        waits: Bool = false, isUntold: Bool = false
    ) throws -> Int64 {
        let due = (slot + row.jitter) * 1000
        let isOpen = status == "pending"
        try execute(
            """
            INSERT INTO runs (job_id, slot_id, attempt, status, rank, due_at, start_by, waits, created_at, ended_at,
                reason, merged_into, untold, merged_times)
            VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                row.job, slotID, status, Self.rank(dueAt: due, row.priority), due,
                row.startWithin.map { due + $0 * 1000 }, waits, now, isOpen ? nil : now,
                reason ?? (isOpen ? "waits for a free place" : "a later slot stands for it"), into, isUntold ? 1 : nil,
                row.inGaps[slot]?.map(\.description).joined(separator: ","),
            ])
        return database.lastInsertedRowID
    }
}
