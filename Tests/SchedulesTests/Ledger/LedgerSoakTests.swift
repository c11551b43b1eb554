import DebVisorCore
import Glibc
import TestSupport
import Testing

@testable import Schedules

/// 200 jobs on a clock that jumps, with schedulers and supervisors that die at random, and downtime; then every slot is
/// accounted for. No process is started: what a process would do to the ledger is done here.
@Suite struct LedgerSoakTests {
    /// A claimed run, as the world outside the ledger has it.
    private struct Command {
        var claim: Ledger.Claim
        var job: Int64
        var slot: Int64?
        /// Minutes; nil as long as the gate is closed.
        var endsAt: Int?
        var hasSupervisor = true
        var result: RunResult?
    }

    private static let hours = getenv("SOAK") == nil ? 5 : 96

    @Test(arguments: getenv("SOAK") == nil ? [1] : [1, 2, 3, 4] as [UInt64])
    func everySlotIsAccountedFor(seed: UInt64) throws {
        let fixture = try ScheduleFixture(at: "2026-03-28T20:00:00Z")
        var random = SeededRandom(seed: seed)
        let jobs = try Self.addJobs(fixture, &random)
        var commands: [Int64: Command] = [:]
        /// How often the command of a slot ran.
        var executions: [Int64: [Int64: Int]] = [:]
        var minute = 0
        while minute < Self.hours * 60 {
            // Sometimes nobody looks for a while.
            let step = Int.random(in: 0..<60, using: &random) == 0 ? Int.random(in: 5...90, using: &random) : 1
            minute += step
            fixture.clock.advance(seconds: Int64(step) * 60)
            try settle(fixture, &commands, minute, &random)
            let claims = try fixture.ledger.look(at: fixture.now, claimer: ScheduleFixture.claimer).claims
            for claim in claims {
                let run = try fixture.run(claim)
                var command = Command(claim: claim, job: run.jobID, slot: run.scheduledFor?.milliseconds)
                // The scheduler dies between claim and gate, or the supervisor behind it.
                if Int.random(in: 0..<20, using: &random) == 0 {
                    command.hasSupervisor = false
                } else {
                    command.endsAt = minute + Int.random(in: 0...40, using: &random)
                    if let slot = command.slot { executions[run.jobID, default: [:]][slot, default: 0] += 1 }
                }
                commands[claim.number] = command
            }
            // A supervisor dies, with or without having written down the end.
            for number in commands.keys.sorted() where Int.random(in: 0..<100, using: &random) == 0 {
                commands[number]?.hasSupervisor = false
            }
        }
        try check(fixture, jobs, executions)
    }

    private static func addJobs(_ fixture: ScheduleFixture, _ random: inout SeededRandom) throws -> [ScheduledJob] {
        let crons = ["*/10 * * * *", "*/30 * * * *", "5 * * * *", "30 2 * * *", "0 */2 * * *", "*/15 0-5 * * *"]
        let zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]
        return try (0..<200).map { number in
            try fixture.add(
                "job\(number)", crons.randomElement(using: &random) ?? "",
                zone: zones.randomElement(using: &random) ?? ""
            ) { job in
                job.misfire = MisfirePolicy.allCases.randomElement(using: &random) ?? .once
                job.overlap = OverlapPolicy.allCases.randomElement(using: &random) ?? .skip
                job.promise = Bool.random(using: &random) ? .atMostOnce : .atLeastOnce
                job.priority = JobPriority.allCases.randomElement(using: &random) ?? .normal
                job.jitterSeconds = Bool.random(using: &random) ? 240 : 0
                if number % 10 == 1 { job.conflicts = [.resource("pool")] }
                if number % 10 == 2 { job.requirements = [JobRequirement(job: try JobName("job\(number - 2)"))] }
                if Bool.random(using: &random) { job.retry = RetryPolicy(count: 2, delaySeconds: 120) }
            }
        }
    }

    /// What recovery would see of each command, and what supervisors report.
    private func settle(
        _ fixture: ScheduleFixture, _ commands: inout [Int64: Command], _ minute: Int, _ random: inout SeededRandom
    ) throws {
        for run in try fixture.ledger.running() {
            guard let command = commands[run.id.number] else { continue }
            let sight: Ledger.Sight
            if let ends = command.endsAt {
                if run.isCancelled && command.hasSupervisor {
                    sight = .ended(RunResult(claim: run.claim, .cancelled, endedAt: fixture.now.milliseconds))
                } else if ends > minute {
                    sight = command.hasSupervisor ? .attended : .orphaned
                } else if command.hasSupervisor {
                    let outcome: RunResult.Outcome = Int.random(in: 0..<4, using: &random) == 0 ? .failed : .completed
                    sight = .ended(RunResult(claim: run.claim, outcome, endedAt: fixture.now.milliseconds))
                } else {
                    sight = .ended(RunResult(claim: run.claim, .lost, endedAt: fixture.now.milliseconds))
                }
            } else {
                sight = .neverStarted
            }
            _ = try fixture.ledger.settle(run, sight, at: fixture.now)
            if case .attended = sight { continue }
            if case .orphaned = sight { continue }
            commands[run.id.number] = nil
        }
    }

    private func check(
        _ fixture: ScheduleFixture, _ jobs: [ScheduledJob], _ executions: [Int64: [Int64: Int]]
    ) throws {
        var query = RunQuery()
        query.limit = .max
        let runs = try fixture.store.history(query)
        let byNumber = Dictionary(uniqueKeysWithValues: runs.map { ($0.id.number, $0) })
        let bySlot = Dictionary(grouping: runs) { "\($0.jobID) \($0.scheduledFor?.milliseconds ?? 0)" }
        for job in jobs {
            let timing = try JobTiming(job.definition)
            for slot in timing.schedule.slots(after: job.createdAt.seconds) {
                if slot.instant + timing.jitterSeconds > fixture.now.seconds { break }
                let attempts = (bySlot["\(job.id) \(slot.instant * 1000)"] ?? []).sorted { $0.attempt < $1.attempt }
                let what = "\(job.name) \(slot.rfc3339): \(attempts.map { "\($0.id) \($0.status) \($0.reason ?? "")" })"
                guard let last = attempts.last else {
                    Issue.record("no row: \(what)")
                    continue
                }
                #expect(attempts.map(\.attempt) == Array(1...attempts.count), "\(what)")
                #expect(attempts.dropLast().allSatisfy { $0.isFinal }, "\(what)")
                #expect(last.status != .merged || last.mergedInto.flatMap { byNumber[$0.number] } != nil, "\(what)")
                let count = executions[job.id]?[slot.instant * 1000] ?? 0
                let retried = attempts.filter { [.failed, .timeout].contains($0.status) }.count
                switch job.definition.promise {
                case .atMostOnce:
                    // Once, and once more for each attempt that is known to have failed.
                    #expect(count <= 1 + retried, "\(count) times: \(what)")
                    #expect(attempts.filter { $0.status == .lost }.count <= 1, "\(what)")
                case .atLeastOnce:
                    #expect(last.status != .lost, "\(what)")
                }
            }
        }
    }
}
