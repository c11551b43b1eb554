/// A command as it stands in a line of a crontab.
///
/// What an import put around it becomes what it was: a text to read goes behind a `%`; environment lines become
/// assignments before the command, for in a crontab they would hold for all lines that follow.
struct CrontabCommand {
    let text: String

    /// Nil for what a line cannot say.
    init?(_ command: JobCommand) {
        switch command {
        case .shell(let script):
            guard let (line, input) = Self.parts(script), let fed = Self.input(input) else { return nil }
            text = Self.escaped(line) + fed
        case .arguments(let words) where words.count == 3 && words[0].hasSuffix("sh") && words[1] == "-c":
            guard let (line, input) = Self.parts(words[2]), let fed = Self.input(input) else { return nil }
            text = Self.escaped([words[0], "-c", line].map(JobCommand.quoted).joined(separator: " ")) + fed
        case .arguments:
            guard !command.description.contains("\n") else { return nil }
            text = Self.escaped(command.description)
        }
    }

    /// One line, and what it reads.
    private static func parts(_ script: String) -> (line: String, input: String?)? {
        let (head, body) = exports(script)
        let (command, input) = fed(body) ?? (String(body), nil)
        return command.contains("\n") ? nil : (head + command, input)
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
            let input = JobCommand.unquoted(body[..<pipe.lowerBound].dropFirst(start.count)),
            input.isEmpty || input.hasSuffix("\n")
        else { return nil }
        return (String(body[pipe.upperBound...].dropLast(end.count)), input)
    }

    /// Nil where a backslash ends a line: before a `%` it would take that away.
    private static func input(_ text: String?) -> String? {
        guard let text else { return "" }
        // The last line's end goes without saying, but after another one.
        let rest = text.dropLast()
        let said = rest.isEmpty || rest.hasSuffix("\n") ? text[...] : rest
        guard !said.contains("\\\n") else { return nil }
        let lines = said.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.map { line in
            "%" + line.split(separator: "%", omittingEmptySubsequences: false).joined(separator: #"\%"#)
        }.joined()
    }

    /// Every percent sign, and every backslash that the reader would take for one that escapes.
    private static func escaped(_ text: String) -> String {
        var line = ""
        var backslashes = 0
        for character in text {
            switch character {
            case "\\": backslashes += 1
            case "%":
                line += String(repeating: "\\", count: 2 * backslashes) + "\\%"
                backslashes = 0
            default:
                line += String(repeating: "\\", count: backslashes == 1 ? 1 : 2 * backslashes) + "\(character)"
                backslashes = 0
            }
        }
        return line + String(repeating: "\\", count: 2 * backslashes)
    }
}
