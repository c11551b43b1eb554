import DebVisorCore
import GRDB

/// Whether a run may begin beside those that are under way: overlap, requirements, conflicts.
final class Admission {
    enum Verdict: Equatable {
        case go
        case wait(String)
        case skip(String)
        case block(by: String, String)
        /// These runs of the job must end first.
        case replace([Int64])
    }

    private let database: Database
    private let now: Int64
    /// Numbers of running runs by job.
    private var running: [Int64: [Int64]] = [:]
    private(set) var runningCount = 0
    private let dependencies: JobGraph
    private var gone: Set<Int64> = []

    init(_ database: Database, now: Int64) throws {
        self.database = database
        self.now = now
        dependencies = try JobGraph(database)
        for row in try Row.fetchAll(
            database, sql: "SELECT job_id, id FROM runs INDEXED BY runs_of_status WHERE status = 'running'")
        {
            noteRunning(row[1], of: row[0])
        }
    }

    func noteRunning(_ number: Int64, of job: Int64) {
        running[job, default: []].append(number)
        runningCount += 1
    }

    func noteGone(_ number: Int64) { gone.insert(number) }

    /// Whether a run of this job may have to wait for more than a free place.
    func mayWait(_ job: Int64) -> Bool { running[job] != nil || !dependencies.isEmpty }

    func verdict(on run: WaitingRun) throws -> Verdict {
        if let others = running[run.job], let verdict = overlap(run, others) { return verdict }
        guard !dependencies.isEmpty else { return .go }
        return try requirement(run) ?? conflict(run) ?? .go
    }

    private func overlap(_ run: WaitingRun, _ others: [Int64]) -> Verdict? {
        let text = "run \(others.map(String.init).joined(separator: ", ")) of the job is still running"
        switch run.overlap {
        case .allow: return nil
        case .replace where !run.waits: return .replace(others)
        case .skip where !run.waits: return .skip(text)
        case .queue where run.isManual: return .skip(text)
        case .skip, .queue, .replace: return .wait(text)
        }
    }

    private func requirement(_ run: WaitingRun) throws -> Verdict? {
        for requirement in dependencies.requirements(of: run.job) {
            if let reason = try unmet(requirement, run) { return .block(by: requirement.target, reason) }
        }
        return nil
    }

    private func unmet(_ requirement: JobDependency, _ run: WaitingRun) throws -> String? {
        let name = "'\(requirement.target)'"
        guard let id = requirement.dependencyID else { return "job \(name) does not exist" }
        let row = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT enabled, last_status, last_ended_at FROM jobs WHERE id = ?"),
            arguments: [id])
        guard let row else { return "job \(name) does not exist" }
        guard row[0] else { return "job \(name) is disabled" }
        let earlier = try Int64.fetchOne(
            database.cachedStatement(
                sql: "SELECT id FROM runs WHERE job_id = ? AND ended_at IS NULL AND due_at <= ? ORDER BY due_at LIMIT 1"
            ),
            arguments: [id, run.dueAt])
        if let earlier, !gone.contains(earlier) { return "run \(earlier) of \(name) has not ended" }
        guard let status = row[1] as String?, let ended = row[2] as Int64? else { return "job \(name) never ran" }
        guard status == "completed" else { return "the last run of \(name) ended as \(status)" }
        if let within = requirement.withinSeconds, now - ended > Int64(within) * 1000 {
            return "the last run of \(name) ended more than \(within) s ago"
        }
        return nil
    }

    private func conflict(_ run: WaitingRun) -> Verdict? {
        for (other, numbers) in running where other != run.job {
            guard let number = numbers.first, let what = dependencies.conflict(run.job, other) else { continue }
            return .block(by: what, "run \(number) of '\(dependencies.name(of: other))' is running")
        }
        return nil
    }
}
