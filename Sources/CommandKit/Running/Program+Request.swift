extension Program {
    /// Reads a command line. Nothing is opened, asked or written.
    func request(_ words: [String]) -> (request: Request<Context>, settings: OutputSettings) {
        let nodes = tree()
        let resolver = CommandResolver(tree: nodes, common: commonTable) { table(of: $0) }
        let resolution = resolver.resolve(words)
        let settings = settings(of: resolution.line)
        if resolution.path.words.isEmpty, resolution.path.stray == "help" {
            return (helpRequest(words, nodes), settings)
        }
        return (request(resolution), settings)
    }

    private func request(_ resolution: CommandResolver<Context>.Resolution) -> Request<Context> {
        let (path, line) = (resolution.path, resolution.line)
        if line.given["--help"]?.contains(.on) == true, path.stray == nil { return .help(path) }
        guard let entry = path.entry else {
            if path.words.isEmpty, path.stray == nil, line.given["--version"] != nil {
                return line.failures.first.map { .refuse($0, path: []) } ?? .version
            }
            return .refuse(path.stray == nil ? missingWord(path) : unknownWord(path, line), path: path.words)
        }
        do throws(Failure) {
            let operands = line.operands.dropFirst(path.words.count).map(\.text)
            let values = try InputBinding(table: resolution.table, rules: entry.rules())
                .values(of: line, operands: operands)
            try check(Parsed(StandardOptions(), values).fields, entry)
            return .run(Invocation(path: path.words, entry: entry, values: values))
        } catch {
            return .refuse(error, path: path.words)
        }
    }

    private func helpRequest(_ words: [String], _ nodes: [CommandNode<Context>]) -> Request<Context> {
        let table = InputTable(own: InputSurvey.shapes(of: HelpOptions.self), common: commonTable.all)
        let line = WordScanner(table: table).scan(words)
        if let failure = line.failures.first { return .refuse(failure, path: ["help"]) }
        if line.given["--tree"] != nil { return .tree }
        if line.given["--bash"] != nil { return .bashCompletion }
        if let directory = line.given["--manual"]?.last?.text { return .manual(directory: directory) }
        let path = CommandPath(line.operands.dropFirst().map(\.text), in: nodes)
        guard path.stray == nil else { return .refuse(unknownWord(path, line), path: path.words) }
        return .help(path)
    }

    private func missingWord(_ path: CommandPath<Context>) -> Failure {
        let words = path.children.filter { !$0.isHidden }.map(\.name)
        let message = path.words.isEmpty ? "a command is needed" : "'\(spelled(path.words))' needs a verb"
        return Failure(.usage, message, hint: "one of \(words.joined(separator: ", ")); \(seeHelp(path.words))")
    }

    private func unknownWord(_ path: CommandPath<Context>, _ line: ScannedLine) -> Failure {
        let stray = path.stray ?? ""
        // An option that is not known without a command may be what led astray.
        if path.words.isEmpty, let failure = line.failures.first { return failure }
        let names = path.children.filter { !$0.isHidden }.flatMap { [$0.name] + $0.aliases }
        let message = "unknown command '\(VisibleText.line((path.words + [stray]).joined(separator: " ")))'"
        if let near = Suggestion.closest(to: stray, among: names) {
            return Failure(.usage, message, hint: "did you mean '\(spelled(path.words + [near]))'?")
        }
        let words = path.children.filter { !$0.isHidden }.map(\.name)
        return Failure(.usage, message, hint: "one of \(words.joined(separator: ", ")); \(seeHelp(path.words))")
    }

    private func check(_ keys: [String]?, _ entry: CommandEntry<Context>) throws(Failure) {
        guard let keys else { return }
        guard let record = entry.info().prints else {
            throw Failure(.usage, "this command prints no records, '--fields' has nothing to choose from")
        }
        let known = record.fieldInfos.map(\.key)
        if let twice = keys.enumerated().first(where: { keys[..<$0.offset].contains($0.element) })?.element {
            throw Failure(.usage, "the field '\(VisibleText.line(twice))' is named twice")
        }
        for key in keys where !known.contains(key) {
            let near = Suggestion.closest(to: key, among: known).map { "did you mean '\($0)'?" }
            throw Failure(
                .usage, "unknown field '\(VisibleText.line(key))'",
                hint: near ?? "the fields are \(known.joined(separator: ", "))")
        }
    }
}

extension Program {
    /// `debvisor vm list`.
    func spelled(_ path: [String]) -> String { ([name] + path).joined(separator: " ") }

    func seeHelp(_ path: [String]) -> String { "see '\(spelled(path)) --help'" }

    /// The options that are known without a command.
    var commonTable: InputTable {
        InputTable(own: InputSurvey.shapes(of: ProgramOptions.self), common: commonShapes)
    }

    /// The options of every command: the app's and ours.
    var commonShapes: [InputShape] {
        InputSurvey.shapes(of: Globals.self) + InputSurvey.shapes(of: StandardOptions.self)
    }

    /// The inputs of a command, with those that its effect brings.
    func table(of entry: CommandEntry<Context>) -> InputTable {
        var own = entry.shapes()
        let effect = entry.effect()
        if effect != .reads { own += InputSurvey.shapes(of: ChangeOptions.self) }
        if effect == .destroys { own += InputSurvey.shapes(of: DestroyOptions.self) }
        return InputTable(own: own, common: commonShapes)
    }

    /// What a line says about output, right or wrong as the rest may be.
    func settings(of line: ScannedLine) -> OutputSettings {
        func last(_ key: String) -> String? { line.given[key]?.last?.text }
        var settings = OutputSettings(programName: name)
        settings.format = last("--output").flatMap(OutputFormat.init(rawValue:)) ?? .table
        settings.color = last("--color").flatMap(ColorChoice.init(rawValue:)) ?? .auto
        settings.fields = last("--fields")?.split(separator: ",").map(String.init)
        settings.hasHeader = line.given["--no-header"] == nil
        settings.isQuiet = line.given["--quiet"] != nil
        settings.verbosity = line.given["--verbose"]?.count ?? 0
        return settings
    }
}
