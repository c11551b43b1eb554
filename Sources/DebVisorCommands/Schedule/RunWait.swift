import CommandKit
import DebVisorCore
import Platform
import Schedules

/// Waits for a run without holding up the person who no longer wants to.
struct RunWait: Sendable {
    let scheduler: Scheduler
    let session: Session

    /// The run at its end; one that another stands for is followed there.
    /// - Throws: `timeout` if it is not over after `seconds`; `Interruption`: the run goes on.
    func end(of run: JobRun, within seconds: Int? = nil) async throws -> JobRun {
        let limit = seconds.map { ContinuousClock.now + .seconds($0) }
        let progress = session.format == .ndjson ? nil : session.progress("waiting for \(run.job) (\(run.id))")
        defer { progress?.finish() }
        var id = run.id
        while true {
            try session.checkCancellation(left: "run \(id) goes on")
            let slice = limit.map { min(Self.slice, $0 - .now) } ?? Self.slice
            let waited = id
            if let found = try await Worker.run({ try scheduler.wait(for: waited, within: max(slice, .zero)) }) {
                guard found.status == .merged, let next = found.mergedInto else { return found }
                id = next
            } else if let limit, ContinuousClock.now >= limit {
                throw Fault(.timeout, "run \(id) is not over", hint: "wait on: debvisor schedule wait \(id)")
            }
        }
    }

    /// Between two looks whether the person still waits.
    private static let slice = Duration.milliseconds(250)
}

extension JobRun {
    /// What a run that did not go well means for whoever waited for it.
    var failure: Failure? {
        let why = reason.map { ": \($0)" } ?? ""
        let hint = "see what it wrote: debvisor schedule log \(id) --stderr"
        let message = "run \(id) of '\(job)'"
        switch status {
        case .completed, .pending, .running, .merged: return nil
        case .failed: return Failure(.failed, "\(message) failed\(outcome)", hint: hint)
        case .lost: return Failure(.failed, "\(message) was lost\(why)", hint: hint)
        case .cancelled: return Failure(.failed, "\(message) was cancelled\(why)", hint: hint)
        case .timeout: return Failure(.timeout, "\(message) was ended because it took too long", hint: hint)
        case .missed: return Failure(.failed, "\(message) was missed\(why)", hint: whyHint)
        case .skipped: return Failure(.conflict, "\(message) was skipped\(why)", hint: whyHint)
        case .blocked: return Failure(.conflict, "\(message) is blocked\(why)", hint: whyHint)
        }
    }

    private var whyHint: String { "see why: debvisor schedule explain \(job)" }

    /// ` with status 3`, ` by signal 9`, or the reason.
    private var outcome: String {
        if let exitCode { return " with status \(exitCode)" }
        if let reason { return ": \(reason)" }
        return signal.map { " by signal \($0)" } ?? ""
    }
}
