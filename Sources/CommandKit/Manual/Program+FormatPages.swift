extension Program {
    /// What each exit status means, and which commands end with it.
    func exitPage() -> String {
        var page = MdocText(
            date: manual.date, name: "\(name)-exit", section: 7, summary: "exit statuses of \(name)")
        page.section("DESCRIPTION")
        page.prose("Every command of \(name) ends with one of these statuses, and each command only with some of them:")
        let commands = commands()
        var entries = ExitStatus.allCases.map { status in
            let ends = commands.filter { $0.entry.info().statuses.contains(status) }
            let kind = Failure.Kind.allCases.first { $0.status == status }
            var text = "\(status.meaning.prefix(1).uppercased())\(status.meaning.dropFirst())."
            if let kind { text += " The kind in JSON is \(kind.rawValue)." }
            if !ends.isEmpty {
                text += " Commands: " + ends.map { $0.path.joined(separator: " ") }.joined(separator: ", ") + "."
            }
            return (term: "\(status.rawValue)", text: text)
        }
        entries.append(("130", "Stopped by Ctrl-C; the message says what was left."))
        entries.append(("143", "Stopped by SIGTERM; the message says what was left."))
        page.tagged(entries)
        seeAlso([(name, 1), ("\(name)-json", 7)], &page)
        return page.text
    }

    /// What scripts may rely on.
    func jsonPage() -> String {
        var page = MdocText(
            date: manual.date, name: "\(name)-json", section: 7, summary: "output of \(name) for scripts")
        page.section("DESCRIPTION")
        for (index, paragraph) in Self.promises.enumerated() {
            if index > 0 { page.line(".Pp") }
            page.prose(paragraph)
        }
        page.subsection("Lines of NDJSON")
        page.tagged([
            (
                "Li progress",
                "At most one a second: task, done_bytes, total_bytes, elapsed_seconds, rate_bytes (a second), left_seconds, "
                    + "part (name, done_bytes, total_bytes, left_seconds of what is worked on now), note."
            ),
            ("Li item", "One record, under the key item."),
            ("Li warning", "A sentence, under the key message."),
            (
                "Li result",
                "Always the last line: status, changed (of a command that changes something), and result or count."
            ),
        ])
        page.subsection("Errors")
        page.prose("With json and ndjson, stderr holds one object, whose key error has these keys:")
        page.tagged([
            ("Va kind", "One of \(Failure.Kind.allCases.map(\.rawValue).joined(separator: ", "))."),
            ("Va status", "The exit status."),
            ("Va message", "What went wrong."),
            ("Va hint", "What can be done about it, or null."),
            ("Va cause", "What lay underneath, or null."),
            ("Va command", "The command that was run."),
            (
                "Va items",
                "Only with the kind partial: what failed, an object each with item, kind, message, hint, cause."
            ),
        ])
        page.line(".Pp")
        page.prose("A warning is a line of its own with an object whose key warning has the key message.")
        page.prose("With ndjson it is on stdout instead, as above.")
        seeAlso([(name, 1), ("\(name)-exit", 7)], &page)
        return page.text
    }

    private static var promises: [String] {
        [
            """
            With --output=json, stdout holds exactly one JSON value: an array when the command lists things, which may \
            be empty, and an object when it is about one thing. With ndjson, each line of stdout is an object.
            """,
            """
            Keys are in snake_case. Every declared key is always there; what is unknown is null. Later versions add \
            keys, and neither rename nor remove them.
            """,
            """
            Instants are strings of RFC 3339 in UTC. Keys that end in _bytes hold whole bytes, those in _seconds \
            numbers of seconds. The fields of each command are listed on the page of its noun.
            """,
            """
            A command that changes one thing adds the key changed: false says that all was already as wished. With \
            --dry-run it writes an array of steps, each with action, object, detail and size_bytes.
            """,
        ]
    }
}
