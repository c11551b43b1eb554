import DebVisorCore
import GRDB
import Storage

/// A job as a row of `jobs`, without what it depends on.
enum JobRow {
    static let columns = [
        "name", "command", "is_shell", "cron_expression", "timezone", "priority", "timeout_seconds", "retries",
        "retry_delay", "retry_max_delay", "retry_codes", "misfire", "overlap", "promise", "jitter", "start_within",
        "alert_after", "details", "owner", "environment_file", "run_as", "working_directory", "on_failure", "enabled",
    ]

    /// In the order of `columns`.
    static func values(_ job: JobDefinition) -> [(any DatabaseValueConvertible)?] {
        let (isShell, words): (Bool, [String]) =
            switch job.command {
            case .shell(let text): (true, [text])
            case .arguments(let words): (false, words)
            }
        return [
            job.name.text, WordText.encode(words), isShell, job.expression.text, job.timezone, job.priority.rawValue,
            job.timeoutSeconds, job.retry.count, job.retry.delaySeconds, job.retry.maxDelaySeconds,
            job.retry.codes.map(String.init).joined(separator: ","), job.misfire.rawValue, job.overlap.rawValue,
            job.promise.rawValue, job.jitterSeconds, job.startWithinSeconds, job.alertAfterSeconds, job.details,
            job.owner, job.environmentFile, job.user, job.workingDirectory, job.onFailure, job.isEnabled,
        ]
    }

    static func definition(_ row: Row) throws -> JobDefinition {
        let words = WordText.decode(row["command"])
        let text: String = row["cron_expression"]
        guard let expression = try? CronExpression(text) else { throw malformed("expression '\(text)'") }
        var job = JobDefinition(
            name: JobName(stored: row["name"]), command: row["is_shell"] ? .shell(words[0]) : .arguments(words),
            expression: expression, timezone: row["timezone"])
        job.priority = try word(row["priority"])
        job.timeoutSeconds = row["timeout_seconds"]
        job.retry = RetryPolicy(
            count: row["retries"], delaySeconds: row["retry_delay"], maxDelaySeconds: row["retry_max_delay"],
            codes: (row["retry_codes"] as String).split(separator: ",").compactMap { Int32($0) })
        job.misfire = try word(row["misfire"])
        job.overlap = try word(row["overlap"])
        job.promise = try word(row["promise"])
        job.jitterSeconds = row["jitter"]
        job.startWithinSeconds = row["start_within"]
        job.alertAfterSeconds = row["alert_after"]
        job.details = row["details"]
        job.owner = row["owner"]
        job.environmentFile = row["environment_file"]
        job.user = row["run_as"]
        job.workingDirectory = row["working_directory"]
        job.onFailure = row["on_failure"]
        job.isEnabled = row["enabled"]
        return job
    }

    /// A word of one of our lists.
    static func word<Word: RawRepresentable>(_ text: String) throws -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: text) else { throw malformed("word '\(text)'") }
        return word
    }

    static func malformed(_ what: String) -> Fault {
        Fault(.attention, "store 'schedules' holds a malformed \(what)", hint: ScheduleStore.store.recovery)
    }
}

/// Words as lines; a backslash or a line's end in a word is escaped.
enum WordText {
    static func encode(_ words: [String]) -> String {
        words.map { word in
            word.unicodeScalars.reduce(into: "") { text, scalar in
                switch scalar {
                case "\\": text += #"\\"#
                case "\n": text += #"\n"#
                default: text.unicodeScalars.append(scalar)
                }
            }
        }.joined(separator: "\n")
    }

    static func decode(_ text: String) -> [String] {
        var words = [""]
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isEscaped {
                words[words.count - 1].unicodeScalars.append(scalar == "n" ? "\n" : scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "\n" {
                words.append("")
            } else {
                words[words.count - 1].unicodeScalars.append(scalar)
            }
        }
        return words
    }
}

/// Words in one piece: each ends with a zero byte, which no word of a command line or environment can hold.
enum StringList {
    static func encode(_ words: [String]) -> [UInt8] { words.flatMap { Array($0.utf8) + [0] } }

    static func decode(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
