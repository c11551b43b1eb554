extension Program {
    /// The interface lock: every command with all that people and scripts may rely on, as an array.
    var interface: FieldValue { .list(commands().map(interface)) }

    /// Every command that is not hidden, in the order of the tree.
    func commands() -> [(path: [String], entry: CommandEntry<Context>)] {
        func below(_ nodes: [CommandNode<Context>], _ path: [String]) -> [([String], CommandEntry<Context>)] {
            nodes.filter { !$0.isHidden }.flatMap { node in
                switch node.content {
                case .group(let info, let children): below(children(), path + [info.name])
                case .command(let entry): [(path + [entry.info().name], entry)]
                }
            }
        }
        return below(tree(), [])
    }

    private func interface(_ path: [String], _ entry: CommandEntry<Context>) -> FieldValue {
        let info = entry.info()
        let table = table(of: entry)
        let options = table.all.filter { !$0.isArgument && !$0.isHidden }
        let fields = info.prints?.fieldInfos ?? []
        return .object([
            .init("path", .list(path.map { .string($0) })),
            .init("aliases", .list(info.aliases.map { .string($0) })),
            .init("summary", .string(info.summary)),
            .init("effect", .string(entry.effect().rawValue)),
            .init("arguments", .list(table.arguments.filter { !$0.isHidden }.map { .string($0.usage) })),
            .init("options", .list(options.map(option))),
            .init("statuses", .list(statuses(info).map { .int(Int64($0.rawValue)) } + [.int(130)])),
            .init("fields", .list(fields.map { .string($0.key) })),
        ])
    }

    private func option(_ shape: InputShape) -> FieldValue {
        .object([
            .init("name", .string(shape.isNegatable ? "no-\(shape.name)" : shape.name)),
            .init("short", shape.short.map { .string(String($0)) } ?? .null),
            .init("value", shape.takesValue ? .string(shape.placeholder) : .null),
            .init("default", shape.defaultText.map { .string($0) } ?? .null),
            .init("choices", .list(shape.completion.choices.map { .string($0) })),
        ])
    }
}
