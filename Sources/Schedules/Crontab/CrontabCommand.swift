/// A command as it stands in a line of a crontab.
///
/// What an import put around it becomes what it was: a text to read goes behind a `%`; environment lines become
/// assignments before the command, for in a crontab they would hold for all lines that follow.
struct CrontabCommand {
    let text: String

    /// Nil for one of several lines, which cron does not have.
    init?(_ command: JobCommand) {
        switch command {
        case .shell(let script):
            guard let line = Self.line(script) else { return nil }
            text = line
        case .arguments(let words):
            if words.count == 3, words[1] == "-c", words[0].hasSuffix("sh"), words[2].contains("\n") {
                let (head, body) = Self.exports(words[2])
                let (inner, input) = Self.fed(body) ?? (String(body), nil)
                guard !inner.contains("\n") else { return nil }
                let line = [words[0], "-c", head + inner].map(JobCommand.quoted).joined(separator: " ")
                text = Self.escaped(line) + Self.input(input)
            } else {
                let line = command.description
                guard !line.contains("\n") else { return nil }
                text = Self.escaped(line)
            }
        }
    }

    private static func line(_ script: String) -> String? {
        let (head, body) = exports(script)
        let (command, input) = fed(body) ?? (String(body), nil)
        guard !command.contains("\n") else { return nil }
        return escaped(head + command) + self.input(input)
    }

    /// Leading lines `export NAME=VALUE`, joined, and what follows them.
    private static func exports(_ script: String) -> (head: String, body: Substring) {
        var head = ""
        var rest = script[...]
        let word = "export "
        while rest.hasPrefix(word), let end = rest.firstIndex(of: "\n") {
            let assignment = rest[..<end].dropFirst(word.count)
            guard let sign = assignment.firstIndex(of: "="),
                RunEnvironment.variable(assignment) != nil,
                JobCommand.unquoted(assignment[assignment.index(after: sign)...]) != nil
            else { break }
            head += rest[..<end] + "; "
            rest = rest[rest.index(after: end)...]
        }
        return (head, rest)
    }

    /// A command that an import feeds by a pipe, and with what.
    private static func fed(_ body: Substring) -> (command: String, input: String?)? {
        let (start, middle, end) = ("printf %s ", " | {\n", "\n}")
        guard body.hasPrefix(start), body.hasSuffix(end), let pipe = body.firstRange(of: middle),
            let input = JobCommand.unquoted(body[..<pipe.lowerBound].dropFirst(start.count)), input.hasSuffix("\n")
        else { return nil }
        return (String(body[pipe.upperBound...].dropLast(end.count)), input)
    }

    private static func input(_ text: String?) -> String {
        guard let text else { return "" }
        let lines = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
        return lines.map { "%" + escaped(String($0)) }.joined()
    }

    private static func escaped(_ text: String) -> String {
        text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: #"\%"#)
    }
}
