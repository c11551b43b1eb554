extension Crontab {
    /// Jobs as lines for a crontab, and what is lost on the way. A disabled job is a comment.
    package static func export(_ jobs: [ScheduledJob], isSystem: Bool) -> (text: String, remarks: [ScheduleRemark]) {
        var text = ""
        var remarks: [ScheduleRemark] = []
        var zone: String?
        for job in jobs {
            let definition = job.definition
            guard let command = CrontabCommand(definition.command)?.text else {
                remarks.append(ScheduleRemark(job: job.name, rule: "export", text: "its command has several lines"))
                continue
            }
            if definition.timezone != zone {
                text += "CRON_TZ=\(definition.timezone)\n"
                zone = definition.timezone
            }
            text +=
                "# \(job.name)\(definition.details.map { ": " + $0.split(separator: "\n").joined(separator: " ") } ?? "")\n"
            let user = isSystem ? (definition.user ?? "root") + " " : ""
            text += "\(definition.isEnabled ? "" : "# disabled: ")\(definition.expression.text) \(user)\(command)\n"
            let lost = losses(definition, isSystem)
            guard !lost.isEmpty else { continue }
            remarks.append(
                ScheduleRemark(job: job.name, rule: "export", text: "cron knows no \(WordList.joined(lost, "and"))"))
        }
        return (text, remarks)
    }

    private static func losses(_ job: JobDefinition, _ isSystem: Bool) -> [String] {
        let all: [(Bool, String)] = [
            (job.timeoutSeconds != nil, "time limit"), (job.retry.count > 0, "retries"),
            (!job.requirements.isEmpty, "requirements"), (!job.conflicts.isEmpty, "conflicts"),
            (job.jitterSeconds > 0, "jitter"), (job.startWithinSeconds != nil, "deadline to start"),
            (job.alertAfterSeconds != nil, "alert"), (job.environmentFile != nil, "environment file"),
            (job.workingDirectory != nil, "working directory"), (job.onFailure != nil, "command for failures"),
            (job.promise == .atLeastOnce, "promise"), (job.priority != .normal, "priority"),
            (job.user != nil && !isSystem, "user"),
        ]
        return all.filter(\.0).map(\.1)
    }
}
