import DebVisorCore
import Testing

@testable import CommandKit
@testable import DebVisorCommands
@testable import Schedules

/// What scripts parse of jobs and runs.
@Suite struct ScheduleRecordTests {
    @Test func jobs() throws {
        var nightly = JobDefinition(
            name: try JobName("nightly"), command: .arguments(["/srv/bin/report", "--to", "two words"]),
            expression: try CronExpression("0 3 * * mon-fri"), timezone: "Europe/Berlin")
        nightly.priority = .high
        nightly.timeoutSeconds = 14_400
        nightly.retry = RetryPolicy(count: 3, delaySeconds: 60, maxDelaySeconds: 600, codes: [75])
        nightly.jitterSeconds = 600
        nightly.alertAfterSeconds = 172_800
        nightly.details = "the night's work"
        nightly.user = "backup"
        let full = ScheduledJob(
            id: 7, definition: nightly, nextExecution: Sandbox.today, lastExecution: Sandbox.yesterday,
            lastStatus: .failed, createdAt: Sandbox.yesterday, changedAt: Sandbox.today,
            dependencies: [
                JobDependency(jobID: 7, dependencyID: 3, target: "dump", kind: .require, withinSeconds: 3600),
                JobDependency(jobID: 7, dependencyID: nil, target: "resource:uplink", kind: .conflict),
            ])
        var plain = JobDefinition(
            name: try JobName("tidy"), command: .shell("rm -f /tmp/*.part"), expression: try CronExpression("@hourly"),
            timezone: "UTC")
        plain.isEnabled = false
        let new = ScheduledJob(
            id: 8, definition: plain, nextExecution: nil, lastExecution: nil, lastStatus: nil,
            createdAt: Sandbox.today, changedAt: Sandbox.today, dependencies: [])
        try expectGoldenRecords([full, new], "job")
    }

    @Test func runs() throws {
        var run = try Self.run(.failed)
        run.scheduledFor = Sandbox.yesterday
        run.startedAt = Sandbox.yesterday.adding(milliseconds: 40)
        run.endedAt = Sandbox.yesterday.adding(milliseconds: 62_540)
        run.exitCode = 75
        run.reason = "its command ended with status 75"
        run.nextAttemptAt = Sandbox.yesterday.adding(milliseconds: 122_540)
        run.outputBytes = 6
        let failed = RunRecord(run: run, scheduledFor: "2026-11-24T04:00:00+01:00", output: "hello\n")
        var blocked = try Self.run(.blocked)
        blocked.blockedBy = "dump"
        blocked.blockedSince = Sandbox.today
        blocked.reason = "'dump' has not completed"
        try expectGoldenRecords([failed, RunRecord(run: blocked)], "run")
        try expectGoldenRecords([JobStateRecord(job: try Self.job, runs: [RunRecord(run: blocked)])], "job-state")
    }

    @Test func statistics() throws {
        let busy = JobStatistics(
            job: try JobName("nightly"), counts: [.completed: 19, .failed: 1, .skipped: 2], successRate: 0.95,
            medianDuration: 62_500, p95Duration: 125_000, medianLag: 40, p95Lag: 1200)
        try expectGoldenRecords([busy, JobStatistics(job: try JobName("tidy"), counts: [:])], "job-statistics")
    }

    @Test func timesAhead() throws {
        let schedule = CronSchedule(
            try CronExpression("0,30 2 * * *"), try TimeZoneRules.load(named: "Europe/Berlin"))
        let from = try #require(Timestamp(rfc3339: "2026-03-28T12:00:00Z"))
        var slots = Array(schedule.slots(after: from.seconds).prefix(2))
        let autumn = try #require(Timestamp(rfc3339: "2026-10-24T12:00:00Z"))
        slots += schedule.slots(after: autumn.seconds).prefix(1)
        try expectGoldenRecords(
            slots.map { NextSlotRecord(slot: $0) } + [NextSlotRecord(slot: slots[1], jitterSeconds: 90)], "next")
    }

    private static var job: ScheduledJob {
        get throws {
            ScheduledJob(
                id: 7,
                definition: JobDefinition(
                    name: try JobName("nightly"), command: .shell("true"), expression: try CronExpression("@daily"),
                    timezone: "UTC"), nextExecution: Sandbox.today, lastExecution: nil, lastStatus: nil,
                createdAt: Sandbox.yesterday, changedAt: Sandbox.yesterday, dependencies: [])
        }
    }

    private static func run(_ status: RunStatus) throws -> JobRun {
        JobRun(
            id: RunID(ledger: "k3f9x2", number: 1742), jobID: 7, job: try JobName("nightly"), trigger: .schedule,
            attempt: 1, status: status, dueAt: Sandbox.yesterday, createdAt: Sandbox.yesterday, escalation: [],
            outputBytes: 0, errorBytes: 0, droppedBytes: 0)
    }
}
