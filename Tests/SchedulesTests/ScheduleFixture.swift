import DebVisorCore
import Foundation
import GRDB
import Platform
import Storage

@testable import Schedules

/// A clock that a test sets.
final class HandClock: WallClock {
    private let time: Locked<Int64>
    init(_ time: Timestamp) { self.time = Locked(time.milliseconds) }
    func now() -> Timestamp { Timestamp(milliseconds: time.withLock { $0 }) }
    func advance(seconds: Int64) { time.withLock { $0 += seconds * 1000 } }
    func set(_ text: String) throws { try time.withLock { $0 = try instant(text).milliseconds } }
}

func instant(_ text: String) throws -> Timestamp {
    guard let time = Timestamp(rfc3339: text) else { throw Fault(.usage, "not a time: \(text)") }
    return time
}

/// A state directory of one test's own, a clock that stands still, and a ledger without processes.
final class ScheduleFixture {
    let state: StateDirectory
    let store: ScheduleStore
    let clock: HandClock
    /// As if another process looked.
    static let claimer = "boot 1-1-1"

    init(at time: String = "2026-03-02T00:00:00Z") throws {
        state = StateDirectory("/tmp/debvisor-schedules-\(UInt64.random(in: .min ... .max))")
        store = ScheduleStore(try Store.open(ScheduleStore.store, in: state), in: state)
        clock = HandClock(try instant(time))
    }

    deinit { try? FileManager.default.removeItem(atPath: state.path) }

    var ledger: Ledger { Ledger(store: store) }
    var now: Timestamp { clock.now() }

    func job(
        _ name: String, _ cron: String = "0 3 * * *", zone: String = "UTC", _ command: [String] = ["/bin/true"],
        _ change: (inout JobDefinition) throws -> Void = { _ in }
    ) throws -> JobDefinition {
        var job = JobDefinition(
            name: try JobName(name), command: .arguments(command), expression: try CronExpression(cron), timezone: zone)
        try change(&job)
        return job
    }

    @discardableResult
    func add(
        _ name: String, _ cron: String = "0 3 * * *", zone: String = "UTC", _ command: [String] = ["/bin/true"],
        _ change: (inout JobDefinition) throws -> Void = { _ in }
    ) throws -> ScheduledJob {
        try store.add(try job(name, cron, zone: zone, command, change), at: now)
    }

    @discardableResult
    func look(at time: String? = nil) throws -> [Ledger.Claim] {
        if let time { try clock.set(time) }
        return try ledger.look(at: now, claimer: Self.claimer).claims
    }

    @discardableResult
    func end(
        _ claim: Ledger.Claim, _ outcome: RunResult.Outcome = .completed, exit: Int32? = nil
    ) throws -> Ledger.Ending? {
        var result = RunResult(claim: claim.claim, outcome, endedAt: now.milliseconds)
        result.exitCode = exit
        return try ledger.finish(claim.number, result, at: now)
    }

    /// `slot status`, oldest first; a slot as `02T03:00`.
    func story(_ name: String) throws -> [String] {
        try store.history(RunQuery(job: try JobName(name))).sorted { $0.id < $1.id }.map { run in
            let slot = run.scheduledFor.map { String($0.description.dropFirst(8).prefix(8)) } ?? "manual"
            let into = run.mergedInto.map { " \($0.number)" } ?? ""
            return "\(slot)\(run.attempt > 1 ? " #\(run.attempt)" : "") \(run.status.rawValue)\(into)"
        }
    }

    func run(_ claim: Ledger.Claim) throws -> JobRun { try store.run("\(claim.number)") }
}
