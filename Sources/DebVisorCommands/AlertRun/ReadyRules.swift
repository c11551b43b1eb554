import Alerts

/// Rules that come with the program: `alert run` adds each once to a store.
enum ReadyRules {
    static let all = [hypervisorDown, backupFailed, jobOverdue]

    /// A machine takes longer to speak again than its host.
    private static let hypervisorDown = AlertRule(
        "hypervisor-down", metric: HypervisorMeasures.up, .below(1), forSeconds: 120, keepSeconds: 300,
        severity: .critical, hidesDependents: true,
        description: "The hypervisor does not answer; alerts of its machines, disks and pools are hidden meanwhile")

    /// There is a sample with each backup only, which may come once a month.
    private static let backupFailed = AlertRule(
        "backup-failed", metric: "debvisor_backup_last_run_failed", .above(0), noDataSeconds: 35 * 86_400,
        severity: .critical, description: "The last backup of a machine or file failed")

    private static let jobOverdue = AlertRule(
        "job-overdue", metric: JobMetric.name, .above(0), severity: .critical,
        description: "No run of a job has completed within its --alert-after")

    static func isReady(_ rule: AlertRule) -> Bool {
        all.contains { $0.name == rule.name && $0.metric == rule.metric && $0.condition == rule.condition }
    }
}
