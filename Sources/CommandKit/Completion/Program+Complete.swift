extension Program {
    /// What can stand at the end of a line, given the words before it. Reads names through the app's completer;
    /// writes and asks nothing.
    package func complete(after before: [String], typing current: String) -> Completions {
        let nodes = tree()
        let resolver = CommandResolver(tree: nodes, common: commonTable) { self.table(of: $0) }
        let resolution = resolver.resolve(before)
        let (path, line, table) = (resolution.path, resolution.line, resolution.table)
        if let option = line.open { return values(of: option, current, lead: "", line, path) }
        if current.hasPrefix("-"), current != "-", !line.isTerminated {
            return options(current, table, line, path)
        }
        if path.entry != nil {
            let operands = line.operands.dropFirst(path.words.count).map(\.text)
            guard let argument = argument(at: operands.count, in: table) else { return .words([], current) }
            var found = values(of: argument, current, lead: "", line, path)
            found.candidates.removeAll { operands.contains($0) }
            return found
        }
        if path.words.isEmpty, path.stray == "help" {
            let topic = CommandPath(line.operands.dropFirst().map(\.text), in: nodes)
            return names(of: topic.stray == nil ? topic.children : [], current)
        }
        guard path.stray == nil else { return .words([], current) }
        return names(of: path.children, current, and: path.words.isEmpty ? ["help"] : [])
    }

    private func names(
        of nodes: [CommandNode<Context>], _ current: String, and more: [String] = []
    ) -> Completions {
        let shown = nodes.filter { !$0.isHidden }
        let found = Completions.words(shown.map(\.name) + more, current)
        // An alias is offered only to somebody who has begun to type it.
        return found.candidates.isEmpty && !current.isEmpty ? .words(shown.flatMap(\.aliases), current) : found
    }

    private func options(
        _ current: String, _ table: InputTable, _ line: ScannedLine, _ path: CommandPath<Context>
    ) -> Completions {
        guard current.hasPrefix("--"), let equals = current.firstIndex(of: "=") else {
            return .words(table.spellings, current)
        }
        let name = String(current[..<equals].dropFirst(2))
        guard let (shape, _) = table.option(name), shape.takesValue else { return .words([], current) }
        let typed = String(current[current.index(after: equals)...])
        return values(of: shape, typed, lead: String(current[...equals]), line, path)
    }

    private func argument(at place: Int, in table: InputTable) -> InputShape? {
        var first = 0
        for argument in table.arguments {
            guard case .argument(let count) = argument.kind else { continue }
            if place - first < count.upperBound { return argument }
            first += count.upperBound
        }
        return nil
    }

    /// - Parameter lead: what stands before the value in the same word: `--state=`.
    private func values(
        of shape: InputShape, _ typed: String, lead: String, _ line: ScannedLine, _ path: CommandPath<Context>
    ) -> Completions {
        switch shape.completion {
        case .nothing: return .words([], typed)
        case .file: return Completions(kind: .files, candidates: [lead + typed])
        case .directory: return Completions(kind: .directories, candidates: [lead + typed])
        case .choices(let words): return .words(words.map { lead + $0 }, lead + typed)
        case .objectOrDirectory where typed.contains("/"):
            return Completions(kind: .directories, candidates: [lead + typed])
        case .object(let kind), .objectOrDirectory(let kind):
            let names = complete(ObjectQuery(kind: kind, globals: globals(of: line)))
            // A name that would steer the terminal is not offered.
            return .words(names.filter { VisibleText.line($0) == $0 }.map { lead + $0 }, lead + typed)
        case .fields:
            let chosen = typed.split(separator: ",", omittingEmptySubsequences: false).dropLast().map(String.init)
            let start = chosen.isEmpty ? "" : chosen.joined(separator: ",") + ","
            let keys = path.entry?.info().prints?.fieldInfos.map(\.key) ?? []
            let open = keys.filter { !chosen.contains($0) }.map { lead + start + $0 }
            return Completions(kind: .parts, candidates: open.filter { $0.hasPrefix(lead + typed) })
        }
    }

    /// The app's options as far as the line has them; what is wrong counts as not given.
    private func globals(of line: ScannedLine) -> Parsed<Globals> {
        var values = ParsedValues()
        let inputs = Globals()
        for shape in InputSurvey.shapes(of: Globals.self) {
            let words = line.given[shape.key] ?? []
            if let value = try? shape.bind(words) {
                values.set(shape, to: value, isGiven: !words.isEmpty)
            } else if let value = try? shape.bind([]) {
                values.set(shape, to: value, isGiven: false)
            }
        }
        return Parsed(inputs, values)
    }
}
