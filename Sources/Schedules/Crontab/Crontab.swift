/// A crontab as jobs, and all that our jobs do differently.
package struct Crontab: Sendable {
    package struct Remark: Sendable, Hashable {
        /// Counted from 1.
        package var line: Int
        /// True if the line became no job.
        package var isRefusal: Bool
        /// Lower case, without a full stop.
        package var text: String
    }

    package struct Entry: Sendable, Hashable {
        package var line: Int
        package var definition: JobDefinition
        /// What the line's command reads on its standard input, after an unescaped `%`; the job's command feeds it.
        package var input: String?
    }

    package private(set) var entries: [Entry] = []
    /// In the order of the lines.
    package private(set) var remarks: [Remark] = []

    /// Reads a crontab; what cannot become a job is a remark, not an error.
    /// - Parameters:
    ///   - isSystem: whether lines have a user before the command, as in /etc/crontab and /etc/cron.d.
    ///   - prefix: how the names of jobs begin; a line's number follows.
    ///   - timezone: for lines before any `CRON_TZ`.
    package init(_ text: String, isSystem: Bool, prefix: String, timezone: String) {
        var settings = CrontabSettings(timezone: timezone)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let number = index + 1
            let line = line.trimmed
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            if index == lines.count - 1 {
                note(number, "the last line does not end with a newline: Debian's cron refuses such a file or skips it")
            }
            if let (name, value) = CrontabSettings.assignment(line) {
                if let remark = settings.set(name, value) { note(number, remark) }
                continue
            }
            do throws(CrontabRefusal) {
                let parsed = try CrontabLine(line, isSystem: isSystem)
                parsed.remarks.forEach { note(number, $0) }
                entries.append(try parsed.entry(line: number, name: "\(prefix)\(number)", settings))
            } catch {
                note(number, error.text, isRefusal: true)
            }
        }
        guard let first = entries.first else { return }
        note(first.line, "runs of a job do not overlap here, cron's do: '--overlap allow' gives that back")
        note(first.line, "a time that passed while nobody looked is made up for once, cron's is lost: '--misfire skip'")
        note(first.line, "output is kept with the run, not mailed")
        remarks = remarks.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            .map(\.element)
    }

    private mutating func note(_ line: Int, _ text: String, isRefusal: Bool = false) {
        remarks.append(Remark(line: line, isRefusal: isRefusal, text: text))
    }
}

/// Why a line becomes no job.
struct CrontabRefusal: Error {
    var text: String
}
