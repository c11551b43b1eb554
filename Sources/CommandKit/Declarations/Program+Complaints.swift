extension Program {
    /// What is wrong with the declarations themselves; an app's tests expect none. Looks at every command.
    package func complaints() -> [String] {
        var found = complaints(about: tree(), at: [])
        for (path, entry) in commands() { found += complaints(about: entry).map { "\(spelled(path)): \($0)" } }
        return found
    }

    /// Words of which two would be the same.
    private func complaints(about nodes: [CommandNode<Context>], at path: [String]) -> [String] {
        var found = repeated(nodes.flatMap { [$0.name] + $0.aliases }).map {
            "\(spelled(path)): two are called '\($0)'"
        }
        for node in nodes {
            if case .group(_, let children) = node.content {
                found += complaints(about: children(), at: path + [node.name])
            }
        }
        return found
    }

    private func complaints(about entry: CommandEntry<Context>) -> [String] {
        let info = entry.info()
        let table = table(of: entry)
        var found = repeated(table.all.map(\.key)).map { "two inputs are called \($0)" }
        found += repeated(table.all.compactMap(\.short).map(String.init)).map { "two options are called -\($0)" }
        if table.arguments.filter(\.isVariadic).count > 1 { found.append("two arguments take any number of words") }
        if info.effect == .reads, entry.effect() != .reads { found.append("it says that it only reads") }
        for text in [info.summary] + table.own.map(\.help) where text.isEmpty || text.hasSuffix(".") {
            found.append("'\(text)' must say something and end without a full stop")
        }
        for example in info.examples where !example.line.contains(name) {
            found.append("the example '\(example.line)' does not call \(name)")
        }
        let keys = info.prints?.fieldInfos.map(\.key) ?? []
        found += repeated(keys).map { "two fields are called \($0)" }
        found += keys.filter { !$0.isSnakeCase }.map { "the field \($0) is not in snake_case" }
        return found
    }

    private func repeated(_ words: [String]) -> [String] {
        var seen: Set<String> = []
        return words.filter { !seen.insert($0).inserted }
    }
}

extension InputShape {
    fileprivate var isVariadic: Bool {
        if case .argument(let count) = kind { count.upperBound > 1 } else { false }
    }
}

extension String {
    fileprivate var isSnakeCase: Bool {
        utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    }
}
