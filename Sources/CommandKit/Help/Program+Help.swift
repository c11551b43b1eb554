extension Program {
    /// The help of the program, a noun or a command.
    func helpText(_ path: CommandPath<Context>, _ console: Console, _ settings: OutputSettings) -> String {
        let style = Style(settings.color, .output, console)
        var page = HelpPage(width: min(console.width(), 120), style: style)
        switch path.node?.content {
        case nil: programHelp(path, &page)
        case .group(let info, _): groupHelp(info, path, &page)
        case .command(let entry): commandHelp(entry, path, &page)
        }
        return page.text
    }

    private func programHelp(_ path: CommandPath<Context>, _ page: inout HelpPage) {
        page.summary("\(name) \(version): \(summary)")
        page.examples(examples)
        page.usage(["\(name) [OPTIONS] COMMAND ..."])
        page.discussion(discussion)
        page.entries("COMMANDS", shownChildren(path))
        page.entries("GLOBAL OPTIONS", options(commonTable.all))
        page.closing("See '\(name) help COMMAND' for what a command does.")
    }

    private func groupHelp(_ info: GroupInfo, _ path: CommandPath<Context>, _ page: inout HelpPage) {
        page.summary("\(spelled(path.words)): \(info.summary)")
        page.examples(exampleOfEach(path.children))
        page.usage(["\(spelled(path.words)) COMMAND ..."])
        page.discussion(info.discussion)
        page.entries("COMMANDS", shownChildren(path))
        page.entries("GLOBAL OPTIONS", options(commonShapes))
        page.closing("See '\(name) help \(path.words.joined(separator: " ")) COMMAND' for what a command does.")
    }

    private func commandHelp(_ entry: CommandEntry<Context>, _ path: CommandPath<Context>, _ page: inout HelpPage) {
        let info = entry.info()
        let table = table(of: entry)
        page.summary("\(spelled(path.words)): \(info.summary)")
        page.examples(info.examples)
        page.usage([usage(path.words, table)])
        if !info.aliases.isEmpty { page.discussion("Also called \(listed(info.aliases, "or")).") }
        page.discussion(info.discussion)
        page.entries("ARGUMENTS", table.arguments.filter { !$0.isHidden }.map { ($0.term, $0.explanation) })
        page.entries("OPTIONS", options(table.own))
        page.entries("GLOBAL OPTIONS", options(table.common))
        page.entries("FIELDS", (info.prints?.fieldInfos ?? []).map { ($0.key, "\($0.help) (\($0.type.title))") })
        page.entries("EXIT STATUS", exits(info))
    }

    /// One line of the grammar: `debvisor vm start [OPTIONS] VM`.
    func usage(_ words: [String], _ table: InputTable) -> String {
        let required = table.own.filter { !$0.isArgument && $0.isRequired && !$0.isHidden }.map(\.usage)
        let arguments = table.arguments.filter { !$0.isHidden }.map(\.usage)
        return ([spelled(words)] + required + ["[OPTIONS]"] + arguments).joined(separator: " ")
    }

    /// The statuses that a command can end with, in order.
    func statuses(_ info: CommandInfo) -> [ExitStatus] {
        Array(Set([.done, .failed, .usage] + info.statuses)).sorted { $0.rawValue < $1.rawValue }
    }

    /// The statuses with their meanings, and the one of Ctrl-C.
    func exits(_ info: CommandInfo) -> [(String, String)] {
        statuses(info).map { ("\($0.rawValue)", $0.meaning) } + [("130", "stopped by Ctrl-C")]
    }

    private func shownChildren(_ path: CommandPath<Context>) -> [(String, String)] {
        path.children.filter { !$0.isHidden }.map { ($0.name, $0.summary) }
    }

    private func options(_ shapes: [InputShape]) -> [(String, String)] {
        shapes.filter { !$0.isArgument && !$0.isHidden }.map { ($0.term, $0.explanation) }
    }

    /// A noun has no examples of its own: the first ones of its first commands.
    private func exampleOfEach(_ children: [CommandNode<Context>]) -> [Example] {
        let first = children.filter { !$0.isHidden }.compactMap { child -> Example? in
            if case .command(let entry) = child.content { entry.info().examples.first } else { nil }
        }
        return Array(first.prefix(3))
    }
}
