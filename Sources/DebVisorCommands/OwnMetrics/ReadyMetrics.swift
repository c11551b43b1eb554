import DebVisorCore
import Metrics

/// The metrics that debvisor keeps of what it does itself. Whoever builds on them may rely on names, types, units and labels:
/// docs/metrics.md lists them.
enum ReadyMetrics {
    static let all = backups + verifications + restores + runs

    static func definition(of name: MetricName) -> MetricDefinition? { all.first { $0.name == name } }

    static let backupRuns = counter("debvisor_backup_runs_total", "Backups that ended, by how", subject + ["result"])
    static let backupFailed = gauge(
        "debvisor_backup_last_run_failed", "1 if the last backup failed, was interrupted or left a disk out, else 0",
        subject)
    static let backupSuccess = gauge(
        "debvisor_backup_last_success_timestamp_seconds",
        "The instant that the last whole backup shows, in seconds since 1970", unit: "seconds", subject)
    static let backupDuration = histogram(
        "debvisor_backup_duration_seconds", "How long backups took that were made", subject)
    static let backupSize = gauge(
        "debvisor_backup_size_bytes", "Size of the disks in the last backup", unit: "bytes", subject)
    static let backupRead = counter(
        "debvisor_backup_read_bytes_total", "Bytes that backups read", unit: "bytes", subject)
    static let backupStored = counter(
        "debvisor_backup_stored_bytes_total", "Bytes that backups wrote to their repository", unit: "bytes", subject)
    private static let backups = [
        backupRuns, backupFailed, backupSuccess, backupDuration, backupSize, backupRead, backupStored,
    ]

    static let verifyRuns = counter(
        "debvisor_verify_runs_total", "Verifications that ended, by how", ["repository", "result"])
    static let verifySuccess = gauge(
        "debvisor_verify_last_success_timestamp_seconds",
        "When a whole repository was last found good, in seconds since 1970", unit: "seconds", ["repository"])
    static let verifyDamaged = gauge(
        "debvisor_verify_damaged_backups", "Backups that the last verification of a whole repository found damaged",
        ["repository"])
    private static let verifications = [verifyRuns, verifySuccess, verifyDamaged]

    static let restoreRuns = counter("debvisor_restore_runs_total", "Restores that ended, by how", subject + ["result"])
    static let restoreSuccess = gauge(
        "debvisor_restore_last_success_timestamp_seconds",
        "When a backup was last restored whole, in seconds since 1970", unit: "seconds", subject)
    private static let restores = [restoreRuns, restoreSuccess]

    static let jobRuns = counter(
        "debvisor_job_runs_total", "Runs of jobs that ended or will never happen, by status", ["job", "status"])
    static let jobFailed = gauge(
        "debvisor_job_last_run_failed", "1 if the last run failed, took too long, was lost or missed, else 0", ["job"])
    static let jobSuccess = gauge(
        "debvisor_job_last_success_timestamp_seconds", "When a run last completed, in seconds since 1970",
        unit: "seconds", ["job"])
    static let jobDuration = histogram(
        "debvisor_job_duration_seconds", "How long runs took, however they ended", ["job"])
    private static let runs = [jobRuns, jobFailed, jobSuccess, jobDuration]

    /// A machine has the label that 'metric collect' gives it.
    private static let subject = ["domain", "file", "repository"]
    /// More objects than a host has.
    private static let limit = 10_000
    /// Seconds: from a moment to half a day.
    private static let bounds = HistogramBounds.durations

    private static func counter(
        _ name: String, _ help: String, unit: String = "", _ labels: [String]
    ) -> MetricDefinition { make(name, .counter, help, unit, labels) }

    private static func gauge(
        _ name: String, _ help: String, unit: String = "", _ labels: [String]
    ) -> MetricDefinition { make(name, .gauge, help, unit, labels) }

    private static func histogram(_ name: String, _ help: String, _ labels: [String]) -> MetricDefinition {
        make(name, .histogram, help, "seconds", labels)
    }

    private static func make(
        _ name: String, _ type: MetricType, _ help: String, _ unit: String, _ labels: [String]
    ) -> MetricDefinition {
        do {
            return try MetricDefinition(
                MetricName(name), type, unit: unit, help: help, buckets: type == .histogram ? bounds : nil,
                labels: labels, seriesLimit: limit)
        } catch {
            // A test makes them all.
            preconditionFailure("\(name): \(error)")
        }
    }
}
