package import CommandKit
import DebVisorCore
package import Schedules

extension ScheduledJob: Record {
    package static var fields: [Field<ScheduledJob>] { identity + policy + surroundings + times }

    private static var identity: [Field<ScheduledJob>] {
        [
            .string("job_id", "Number of the job, never used again", column: .none) { "\($0.id)" },
            .string("name", "Name of the job") { $0.name.text },
            .bool("enabled", "Whether it runs by itself") { $0.definition.isEnabled },
            .string("cron_expression", "When it is due: minute, hour, day of month, month, day of week", column: "CRON")
            {
                $0.definition.expression.text
            },
            .string("timezone", "Zone of these times") { $0.definition.timezone },
            .string("cron_description", "The same in words", column: .none) {
                CronExplanation($0.definition.expression).text
            },
            .string("command", "What it runs") { $0.definition.command.description },
            .strings("command_words", "The words that are executed", column: .none) { $0.definition.command.words },
        ]
    }

    private static var policy: [Field<ScheduledJob>] {
        [
            .choice("priority", "Which of several ready jobs starts first", column: .none) { $0.definition.priority },
            .seconds("timeout_seconds", "A run that takes longer is ended; unknown without a limit", column: .none) {
                $0.definition.timeoutSeconds.map(Double.init)
            },
            .records("dependencies", "What it requires, and what it never runs beside") { $0.dependencies },
            .int("retries", "Attempts after a run that ended badly", column: .none) { $0.definition.retry.count },
            .seconds("retry_delay_seconds", "Before the second attempt, doubled for each further one", column: .none) {
                Double($0.definition.retry.delaySeconds)
            },
            .seconds("retry_max_delay_seconds", "The longest such delay", column: .none) {
                Double($0.definition.retry.maxDelaySeconds)
            },
            .ints("retry_on", "Exit codes worth another attempt; empty for every failure", column: .none) {
                $0.definition.retry.codes.map(Int.init)
            },
            .choice("misfire", "What becomes of times that passed unseen", column: .none) { $0.definition.misfire },
            .choice("overlap", "What a run does while another one runs", column: .none) { $0.definition.overlap },
            .choice("promise", "What a crash may do to a run", column: .none) { $0.definition.promise },
            .seconds("jitter_seconds", "It starts up to so much later", column: .none) {
                Double($0.definition.jitterSeconds)
            },
            .seconds("start_within_seconds", "A run that could not begin for so long is missed", column: .none) {
                $0.definition.startWithinSeconds.map(Double.init)
            },
            .seconds("alert_after_seconds", "It is reported when no run has completed for so long", column: .none) {
                $0.definition.alertAfterSeconds.map(Double.init)
            },
        ]
    }

    private static var surroundings: [Field<ScheduledJob>] {
        [
            .string("on_failure", "What is run when a run ended badly", column: .none) { $0.definition.onFailure },
            .string("description", "What it is for", column: .none) { $0.definition.details },
            .string("owner", "Who looks after it", column: .none) { $0.definition.owner },
            .string("env_file", "File of NAME=VALUE lines for its environment", column: .none) {
                $0.definition.environmentFile
            },
            .string("user", "Whom it runs as; unknown for whoever runs debvisor", column: .none) { $0.definition.user },
            .string("workdir", "Where it runs; unknown for the home directory", column: .none) {
                $0.definition.workingDirectory
            },
        ]
    }

    private static var times: [Field<ScheduledJob>] {
        [
            .timestamp("next_execution", "When it is due next, with its jitter", column: "NEXT") {
                $0.nextExecution?.milliseconds
            },
            .timestamp("last_execution", "When a run last began", column: "LAST") { $0.lastExecution?.milliseconds },
            .choice("last_status", "How its newest run that ended has ended", column: "STATUS") { $0.lastStatus },
            .timestamp("created_at", "When it was added", column: .none) { $0.createdAt.milliseconds },
            .timestamp("changed_at", "When it was changed last", column: .none) { $0.changedAt.milliseconds },
        ]
    }
}

extension JobDependency: Record {
    package static var fields: [Field<JobDependency>] {
        [
            .string("job_id", "The job that depends", column: .none) { "\($0.jobID)" },
            .string("dependency_id", "The job it depends on; unknown for a resource, or if there is none") {
                $0.dependencyID.map(String.init)
            },
            .string("target", "Its name, or resource:NAME") { $0.target },
            .choice("type", "REQUIRE: runs after it; CONFLICT: never beside it") { $0.kind },
            .seconds("within_seconds", "How long ago it may have ended at most") { $0.withinSeconds.map(Double.init) },
        ]
    }
}
