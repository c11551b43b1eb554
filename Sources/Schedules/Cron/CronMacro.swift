/// The words that stand for all five fields, in lower case as in Debian's cron.
enum CronMacro {
    /// `@hourly` begins with a star where it matters: it follows the clock, the others are fixed times.
    static let fields = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    static func fields(of text: CronText, _ words: [Range<Int>]) throws(CronError) -> String {
        let word = text[words[0]]
        func error(
            _ kind: CronError.Kind, _ reason: String, at place: Int = 0, replacement: String? = nil, hint: String
        ) -> CronError {
            CronError(
                kind: kind, field: nil, token: text[words[place]], column: text.column(of: words[place].lowerBound),
                reason: reason, replacement: replacement, hint: hint)
        }
        if word.lowercased() == "@reboot" {
            throw error(
                .unsupported, "'\(word)' is not a time: a schedule cannot tell when it would next be due",
                hint: "for a command at every boot, enable a systemd service wanted by multi-user.target")
        }
        guard let fields = fields[word] else {
            let lower = word.lowercased()
            if Self.fields[lower] != nil {
                throw error(
                    .syntax, "'\(word)' must be in lower case", replacement: lower, hint: "write '\(lower)'")
            }
            if lower == "@every" {
                throw error(
                    .unsupported, "'\(word)' is not supported", hint: "write a step, such as '*/5 * * * *'")
            }
            throw error(
                .syntax, "'\(word)' is not known",
                hint: "there are " + Self.fields.keys.sorted().joined(separator: ", "))
        }
        guard words.count == 1 else {
            throw error(
                .fieldCount, "nothing may follow '\(word)'", at: 1, hint: "write '\(word)' alone, or five fields")
        }
        return fields
    }
}
