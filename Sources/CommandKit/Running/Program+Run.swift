extension Program {
    /// Answers what needs no context: version, help, manual, completion, and command lines that are wrong.
    /// Nil for a command that is to be run.
    package func answer(_ words: [String], console: Console = .live) -> Int32? {
        if case .ended(let status) = begin(words, console) { return status }
        return nil
    }

    /// Runs a command line (without the program's name) and gives the exit status.
    package func run(
        _ words: [String], console: Console = .live, cancellation: Cancellation = Cancellation()
    ) async -> Int32 {
        switch begin(words, console) {
        case .ended(let status): return status
        case .command(let invocation, let settings):
            let run = CommandRun(
                program: self, invocation: invocation, settings: settings, console: console,
                cancellation: cancellation)
            return await run.status()
        }
    }

    enum Beginning {
        case ended(Int32)
        case command(Invocation<Context>, OutputSettings)
    }

    /// All that happens before the first `await`.
    func begin(_ words: [String], _ console: Console) -> Beginning {
        if let status = answerCompletion(words, console) { return .ended(status) }
        let (request, settings) = request(words)
        let outlet = Outlet(console: console, settings: settings)
        switch request {
        case .run(let invocation): return .command(invocation, settings)
        case .help(let path): outlet.data(helpText(path, console, settings))
        case .version: outlet.data("\(name) \(version)\n")
        case .tree: outlet.data(JSONText.pretty(interface))
        case .bashCompletion: outlet.data(bashCompletion)
        case .manual(let directory): return .ended(writeManual(to: directory, outlet, settings))
        case .refuse(let failure, let path): return .ended(refuse(failure, path, outlet, settings))
        }
        guard outlet.readerIsGone else { return .ended(0) }
        guard let trouble = console.outputTrouble() else { return .ended(128 + 13) }
        return .ended(refuse(.output(trouble), [], outlet, settings))
    }

    func refuse(_ failure: Failure, _ path: [String], _ outlet: Outlet, _ settings: OutputSettings) -> Int32 {
        var failure = failure
        if failure.kind == .usage { failure.hint = failure.hint ?? seeHelp(path) }
        let status = failure.kind.status.rawValue
        ErrorWriter(outlet: outlet, settings: settings).write(failure, items: [], status: status, path: path)
        return status
    }
}
