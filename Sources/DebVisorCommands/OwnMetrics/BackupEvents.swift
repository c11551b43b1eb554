import Backups
import DebVisorCore
import Metrics

/// How work on a subject ended, as a label has it.
enum WorkResult: String {
    case success, partial, failed, interrupted

    /// Of work that threw this.
    init(_ error: any Error) { self = error is CancellationError ? .interrupted : .failed }
}

/// What backups and restores of one machine or file say in debvisor's own metrics.
struct BackupEvents {
    private let tags: OwnTags
    private let now: Timestamp

    /// - Parameter repository: its registered name, else its path.
    init(_ name: String, isMachine: Bool, repository: String, now: Timestamp) {
        tags = OwnTags([(isMachine ? "domain" : "file", name), ("repository", repository)])
        self.now = now
    }

    func made(_ snapshot: Snapshot, _ result: WorkResult) -> [MetricEvent] {
        func sum(_ value: (Snapshot.Disk) -> UInt64) -> Double {
            Double(snapshot.disks.reduce(0) { $0 + value($1) })
        }
        var events = ended(result)
        if result == .success {
            let instant = Timestamp(rfc3339: snapshot.created_at) ?? now
            events.append(event(ReadyMetrics.backupSuccess, .set(instant.fullSeconds)))
        }
        events.append(event(ReadyMetrics.backupDuration, .observe(snapshot.duration_seconds)))
        events.append(event(ReadyMetrics.backupSize, .set(sum(\.size_bytes))))
        events.append(event(ReadyMetrics.backupRead, .count(sum(\.read_bytes))))
        events.append(event(ReadyMetrics.backupStored, .count(sum(\.stored_bytes))))
        return events
    }

    /// Of a backup that was not made.
    func ended(_ result: WorkResult) -> [MetricEvent] {
        [
            MetricEvent(ReadyMetrics.backupRuns, tags.with("result", result.rawValue), .count(1), at: now),
            event(ReadyMetrics.backupFailed, .set(result == .success ? 0 : 1)),
        ]
    }

    func restored(_ result: WorkResult) -> [MetricEvent] {
        let runs = MetricEvent(ReadyMetrics.restoreRuns, tags.with("result", result.rawValue), .count(1), at: now)
        return result == .success ? [runs, event(ReadyMetrics.restoreSuccess, .set(now.fullSeconds))] : [runs]
    }

    private func event(_ definition: MetricDefinition, _ change: MetricEvent.Change) -> MetricEvent {
        MetricEvent(definition, tags.set, change, at: now)
    }
}

/// What verifications say.
struct VerifyEvents {
    enum Result: String { case good, damaged, failed, interrupted }

    let repository: String
    let now: Timestamp

    /// - Parameters:
    ///   - damaged: how many backups are.
    ///   - isWhole: all of the repository was looked at, not some backups alone.
    func ended(_ result: Result, damaged: Int = 0, isWhole: Bool) -> [MetricEvent] {
        let tags = OwnTags([("repository", repository)])
        var events = [
            MetricEvent(ReadyMetrics.verifyRuns, tags.with("result", result.rawValue), .count(1), at: now)
        ]
        guard isWhole, result == .good || result == .damaged else { return events }
        events.append(MetricEvent(ReadyMetrics.verifyDamaged, tags.set, .set(Double(damaged)), at: now))
        if result == .good {
            events.append(MetricEvent(ReadyMetrics.verifySuccess, tags.set, .set(now.fullSeconds), at: now))
        }
        return events
    }
}
