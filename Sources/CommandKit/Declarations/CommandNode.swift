/// A place in the tree of words: a noun with what is below it, or a command.
package struct CommandNode<Context: Sendable>: Sendable {
    enum Content: Sendable {
        case group(GroupInfo, children: @Sendable () -> [CommandNode])
        case command(CommandEntry<Context>)
    }

    let content: Content

    /// A noun, or a noun below a noun. Its children are made when somebody looks at them.
    package static func group(
        _ name: String, aliases: [String] = [], _ summary: String, discussion: String = "", hidden: Bool = false,
        _ children: @autoclosure @escaping @Sendable () -> [CommandNode]
    ) -> CommandNode {
        let info = GroupInfo(
            name: name, aliases: aliases, summary: summary, discussion: discussion, isHidden: hidden)
        return CommandNode(content: .group(info, children: children))
    }

    /// A command that reads.
    package static func command<C: ReadingCommand>(_ type: C.Type) -> CommandNode where C.Context == Context {
        CommandNode(content: .command(CommandEntry(reading: type)))
    }

    /// A command that changes something.
    package static func command<C: ChangingCommand>(_ type: C.Type) -> CommandNode where C.Context == Context {
        CommandNode(content: .command(CommandEntry(changing: type)))
    }
}

/// What a noun is called and what it is about.
struct GroupInfo: Sendable {
    var name: String
    var aliases: [String]
    var summary: String
    var discussion: String
    var isHidden: Bool
}

extension CommandNode {
    var name: String {
        switch content {
        case .group(let info, _): info.name
        case .command(let entry): entry.info().name
        }
    }

    var aliases: [String] {
        switch content {
        case .group(let info, _): info.aliases
        case .command(let entry): entry.info().aliases
        }
    }

    var summary: String {
        switch content {
        case .group(let info, _): info.summary
        case .command(let entry): entry.info().summary
        }
    }

    var isHidden: Bool {
        switch content {
        case .group(let info, _): info.isHidden
        case .command(let entry): entry.info().isHidden
        }
    }

    func isCalled(_ word: String) -> Bool { name == word || aliases.contains(word) }
}
