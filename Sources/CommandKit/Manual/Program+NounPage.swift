extension Program {
    /// The page of a noun with all that is below it, or of a command without a noun.
    func page(of node: CommandNode<Context>) -> String {
        var page = MdocText(date: manual.date, name: "\(name)-\(node.name)", section: 1, summary: node.summary)
        let commands = commands(below: node, [])
        page.section("SYNOPSIS")
        for command in commands { synopsis(command.path, command.entry, &page) }
        page.section("DESCRIPTION")
        if case .group(let info, _) = node.content, !info.discussion.isEmpty {
            page.paragraphs(info.discussion, isFirst: true)
        } else {
            page.prose(node.summary + ".")
        }
        for command in commands { describe(command.path, command.entry, &page) }
        page.section("EXIT STATUS")
        page.prose("Every command ends with 0 when it is done, 1 when it failed, 2 when the command line is wrong,")
        page.prose("and 130 when it was stopped by Ctrl-C.")
        page.prose("The other statuses are named with their commands; \(name)-exit(7) explains them.")
        writeExamples(commands.flatMap { $0.entry.info().examples }, &page)
        seeAlso([(name, 1), ("\(name)-exit", 7), ("\(name)-json", 7)], &page)
        return page.text
    }

    private func commands(
        below node: CommandNode<Context>, _ path: [String]
    ) -> [(path: [String], entry: CommandEntry<Context>)] {
        guard !node.isHidden else { return [] }
        switch node.content {
        case .command(let entry): return [(path + [node.name], entry)]
        case .group(_, let children): return children().flatMap { commands(below: $0, path + [node.name]) }
        }
    }

    private func synopsis(_ path: [String], _ entry: CommandEntry<Context>, _ page: inout MdocText) {
        let table = table(of: entry)
        page.line(".Nm \(MdocText.argument(spelled(path)))")
        for option in table.own where !option.isArgument && option.isRequired && !option.isHidden {
            page.line(".Fl -\(option.name) Ar \(MdocText.argument(option.placeholder))")
        }
        page.line(".Op Ar options")
        for argument in table.arguments where !argument.isHidden {
            guard case .argument(let count) = argument.kind else { continue }
            let more = count.upperBound > 1 ? " ..." : ""
            page.line(".\(count.lowerBound == 0 ? "Op " : "")Ar \(MdocText.argument(argument.name))\(more)")
        }
    }

    private func describe(_ path: [String], _ entry: CommandEntry<Context>, _ page: inout MdocText) {
        let info = entry.info()
        let table = table(of: entry)
        page.subsection(spelled(path))
        page.prose(info.summary + ".")
        if !info.aliases.isEmpty { page.prose("Also called \(listed(info.aliases, "or")).") }
        page.paragraphs(info.discussion)
        let inputs = table.own.filter { !$0.isHidden }
        page.tagged(
            inputs.filter(\.isArgument).map { ($0.mdocTerm, $0.explanation + ".") }
                + inputs.filter { !$0.isArgument }.map { ($0.mdocTerm, $0.explanation + ".") })
        let fields = info.prints?.fieldInfos ?? []
        if !fields.isEmpty {
            page.line(".Pp")
            page.prose("Fields:")
            page.tagged(fields.map { ("Va \(MdocText.argument($0.key))", "\($0.help) (\($0.type.title)).") })
        }
        let more = info.statuses.sorted { $0.rawValue < $1.rawValue }
        if !more.isEmpty {
            page.line(".Pp")
            page.prose("Statuses: " + more.map { "\($0.rawValue) (\($0.meaning))" }.joined(separator: ", ") + ".")
        }
    }
}
