/// What assignments in a crontab set for the lines after them.
struct CrontabSettings {
    var timezone: String
    var shell = "/bin/sh"
    var home: String?
    /// Minutes (cronie).
    var randomDelay = 0
    /// What the command finds in its environment besides what we give, in the order of the file.
    var variables: [(name: String, value: String)] = []

    init(timezone: String) { self.timezone = timezone }

    /// `NAME=VALUE`, with blanks around the sign and quotes around either side if you like; nothing is expanded.
    static func assignment(_ line: Substring) -> (name: String, value: String)? {
        guard let sign = line.firstIndex(of: "=") else { return nil }
        var name = line[..<sign].trimmed
        for quote in ["\"", "'"] where name.count >= 2 && name.hasPrefix(quote) && name.hasSuffix(quote) {
            name = name.dropFirst().dropLast()
        }
        return RunEnvironment.variable("\(name)=\(line[line.index(after: sign)...])"[...])
    }

    /// - Returns: what is different here, if anything.
    mutating func set(_ name: String, _ value: String) -> String? {
        switch name {
        case "CRON_TZ":
            timezone = value
            return "CRON_TZ is followed here; Debian's cron ignores it"
        case "TZ":
            variables.append((name, value))
            return "TZ changes what the commands see, not when they run"
        case "SHELL": shell = value
        case "HOME":
            home = value
            variables.append((name, value))
        case "RANDOM_DELAY":
            randomDelay = Int(value) ?? 0
            return "RANDOM_DELAY becomes a jitter that is fixed for each job"
        case "MAILTO", "MAILFROM", "CONTENT_TYPE", "CONTENT_TRANSFER_ENCODING":
            return
                "\(name) has no effect: output is kept with the run, '--on-failure' and '--alert-after' tell of trouble"
        case "LOGNAME", "USER": return "\(name) cannot be set: it is that of the user who runs the command"
        case "START_HOURS_RANGE", "CRON_WITHIN": return "\(name) has no effect here"
        default: variables.append((name, value))
        }
        return nil
    }
}
