/// What becomes of the slots that passed: which run, which are merged into the run, which are missed and why.
struct SlotPlan: Equatable {
    enum Fate: Equatable {
        case run
        /// As `run`, but it waits while another run of the job is under way, whatever the policy of overlaps.
        case runInTurn
        /// The next slot of the plan that runs, or the one that waits already, stands for this one.
        case merge
        case miss(String)
    }

    /// Ascending, in seconds.
    var fates: [(slot: Int64, fate: Fate)] = []

    /// - Parameters:
    ///   - now: milliseconds.
    ///   - jitter: seconds.
    init(
        _ passed: PassedSlots, _ policy: MisfirePolicy, now: Int64, jitter: Int64, startWithin: Int?
    ) {
        let lag = { (slot: Int64) in now - (slot + jitter) * 1000 }
        var ready: [Int64] = []
        for slot in passed.slots {
            if let limit = startWithin, lag(slot) > Int64(limit) * 1000 {
                fates.append((slot, .miss("it could not begin within \(limit) s: nobody looked for due jobs")))
            } else if policy == .skip, lag(slot) > Ledger.lateness {
                fates.append((slot, .miss("nobody looked for due jobs at its time")))
            } else {
                ready.append(slot)
            }
        }
        switch policy {
        case .skip, .once:
            fates += ready.dropLast().map { ($0, .merge) } + ready.suffix(1).map { ($0, .run) }
        case .all:
            let limit = Ledger.catchUpLimit
            fates += ready.dropLast(limit).map {
                ($0, .miss("more than \(limit) slots had passed, the newest are made up for"))
            }
            fates += ready.suffix(limit).map { ($0, ready.count > 1 ? .runInTurn : .run) }
        }
        if let first = passed.omittedFrom {
            let reason = "nobody looked for due jobs; this and all slots until the next recorded one were missed"
            fates.insert((first, .miss(reason)), at: 0)
        }
    }

    static func == (a: SlotPlan, b: SlotPlan) -> Bool {
        a.fates.elementsEqual(b.fates) { $0.slot == $1.slot && $0.fate == $1.fate }
    }
}
