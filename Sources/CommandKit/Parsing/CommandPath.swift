/// Where the first operands of a line lead in the tree of words.
struct CommandPath<Context: Sendable>: Sendable {
    /// The real names (not aliases) of the words that were found.
    var words: [String] = []
    /// What is at the end of them; nil is the program itself.
    var node: CommandNode<Context>?
    /// What can follow.
    var children: [CommandNode<Context>]
    /// The operand that is none of the children.
    var stray: String?

    /// Follows operands from the top of the tree.
    init(_ operands: some Sequence<String>, in tree: [CommandNode<Context>]) {
        children = tree
        for operand in operands {
            if case .command = node?.content { return }
            guard let next = children.first(where: { $0.isCalled(operand) }) else {
                stray = operand
                return
            }
            words.append(next.name)
            node = next
            if case .group(_, let below) = next.content { children = below() } else { children = [] }
        }
    }

    var entry: CommandEntry<Context>? {
        if case .command(let entry) = node?.content { entry } else { nil }
    }
}
