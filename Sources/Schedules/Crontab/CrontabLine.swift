/// A line with a schedule and a command, taken apart.
struct CrontabLine {
    let schedule: String
    let user: String?
    let command: String
    let input: String?
    private(set) var remarks: [String] = []

    init(_ line: Substring, isSystem: Bool) throws(CrontabRefusal) {
        var rest = line
        func word() -> Substring {
            rest = rest.trimmed
            let word = rest.prefix { $0 != " " && $0 != "\t" }
            rest = rest[word.endIndex...]
            return word
        }
        if rest.hasPrefix("-") {
            rest = rest.dropFirst()
            remarks.append("'-' before the minute has no effect: runs are recorded, not logged")
        }
        var fields = [String(word())]
        if !fields[0].hasPrefix("@") {
            for _ in 0..<4 { fields.append(String(word())) }
        }
        schedule = fields.filter { !$0.isEmpty }.joined(separator: " ")
        user = isSystem ? String(word()) : nil
        let text = rest.trimmed
        guard !text.isEmpty, user?.isEmpty != true else {
            throw CrontabRefusal(
                text: isSystem
                    ? "there is no command after schedule and user" : "there is no command after the schedule")
        }
        (command, input) = Self.split(text)
        if input != nil { remarks.append("what follows '%' is fed to the command by a shell's pipe") }
    }

    /// The first `%` ends the command; what follows is its input, where `%` is a line's end. `\%` is a percent sign, and in
    /// the command `\\` a backslash; Debian's cron was watched doing so (3.0pl1-162).
    static func split(_ text: Substring) -> (command: String, input: String?) {
        var command = ""
        var isEscaped = false
        for place in text.indices {
            let character = text[place]
            if isEscaped {
                command += character == "%" || character == "\\" ? "\(character)" : "\\\(character)"
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "%" {
                return (command, input(text[text.index(after: place)...]))
            } else {
                command.append(character)
            }
        }
        return (isEscaped ? command + "\\" : command, nil)
    }

    /// Ends with a line's end, unless it is empty. A backslash before `%` always takes it away from being one.
    private static func input(_ text: Substring) -> String {
        var input = ""
        for character in text {
            if character == "%" {
                if input.hasSuffix("\\") { input.removeLast() } else { input += "\n"; continue }
            }
            input.append(character)
        }
        return input.isEmpty || input.hasSuffix("\n") ? input : input + "\n"
    }

    func entry(line: Int, name: String, _ settings: CrontabSettings) throws(CrontabRefusal) -> Crontab.Entry {
        let expression: CronExpression
        do throws(CronError) {
            expression = try CronExpression(schedule)
        } catch {
            throw CrontabRefusal(text: Self.text(of: error))
        }
        guard let jobName = try? JobName(name) else { throw CrontabRefusal(text: "'\(name)' cannot be a job's name") }
        do throws(TimeZoneError) {
            _ = try TimeZoneRules.load(named: settings.timezone)
        } catch {
            throw CrontabRefusal(text: error.reason)
        }
        let exports = settings.variables.map { "export \($0.name)=\(JobCommand.quoted($0.value))\n" }.joined()
        let fed = input.map { "printf %s \(JobCommand.quoted($0)) | {\n\(command)\n}" } ?? command
        let text = exports + fed
        var job = JobDefinition(
            name: jobName,
            command: settings.shell == "/bin/sh" ? .shell(text) : .arguments([settings.shell, "-c", text]),
            expression: expression, timezone: settings.timezone)
        job.user = user
        job.workingDirectory = settings.home.flatMap { $0.hasPrefix("/") ? $0 : nil }
        job.jitterSeconds = settings.randomDelay * 60
        return Crontab.Entry(line: line, definition: job, input: input)
    }

    private static func text(of error: CronError) -> String {
        var text = error.description
        if let replacement = error.replacement { text += "; write '\(replacement)'" }
        if let hint = error.hint { text += "; \(hint)" }
        switch error.kind {
        case .reversedRange: text += " (Debian's cron takes the line, and never runs it)"
        case .neverFires: text += " (cron takes the line, and never runs it)"
        default: break
        }
        return text
    }
}
