/// What a command may do besides computing: report progress, warn, ask, and see that it is to stop.
/// Usable from any thread.
package struct Session: Sendable {
    /// The format that the person chose.
    package var format: OutputFormat { settings.format }
    /// Whether a field is shown: where reading it costs something, it is read only then.
    package func shows(_ key: String) -> Bool { settings.fields?.contains(key) ?? (format != .table) }
    /// Whether the person named the fields to be shown.
    package var hasChosenFields: Bool { settings.fields != nil }
    package let console: Console
    let settings: OutputSettings
    let outlet: Outlet
    let cancellation: Cancellation
    private let board: ProgressBoard

    init(console: Console, settings: OutputSettings, outlet: Outlet, cancellation: Cancellation) {
        self.console = console
        self.settings = settings
        self.outlet = outlet
        self.cancellation = cancellation
        self.board = ProgressDisplay(console: console, settings: settings, outlet: outlet).board()
    }

    /// Whether the person pressed Ctrl-C or the service manager stops us. Cheap: look at it in every loop.
    package var isCancelled: Bool { cancellation.isRequested }

    /// A descriptor that becomes readable when the session is cancelled, for whoever sleeps until then. Stays open.
    /// - Throws: `Failure` of kind `unavailable` if the system gives none.
    package func cancellationDescriptor() throws -> Int32 {
        guard let descriptor = cancellation.descriptor() else {
            throw Failure(.unavailable, "too many files are open to wait for signals")
        }
        return descriptor
    }

    /// - Throws: `Interruption` when the session is cancelled; `left` says in what state things are left.
    package func checkCancellation(left: @autoclosure () -> String) throws {
        if isCancelled { throw Interruption(left()) }
    }

    /// Says that something deserves a look, at once.
    package func warn(_ sentence: String) { outlet.warn(sentence) }

    /// Says something on stderr, in the format for people only.
    package func note(_ sentence: String) {
        if format == .table { outlet.log(sentence) }
    }

    /// A line for `-v`.
    package func log(_ sentence: @autoclosure () -> String) {
        if settings.verbosity >= 1 { outlet.log(sentence()) }
    }

    /// A line for `-vv`.
    package func debug(_ sentence: @autoclosure () -> String) {
        if settings.verbosity >= 2 { outlet.log(sentence()) }
    }

    /// Starts to show progress of one task. `total` is in bytes; leave it out when it is not known.
    package func progress(_ label: String, total: UInt64? = nil) -> ProgressTask {
        board.begin(label, total: total)
    }

    /// Shows on a terminal what a command that is no long work waits for; NDJSON is not told.
    package func waiting<Result>(for label: String, _ work: () async throws -> Result) async rethrows -> Result {
        let task = format == .ndjson ? nil : board.begin("waiting for \(label)", total: nil)
        defer { task?.finish() }
        return try await work()
    }

    /// For a command that is about to return a stream: asks whether the format allows that, before anything is opened.
    /// - Throws: `Failure` of kind `usage`.
    package func checkFollowing() throws { try settings.checkFollowing() }

    /// One item of long work is done: a line of NDJSON, and nothing in other formats. The report at the end has it
    /// again, with `wasEmitted`.
    package func emit<R: Record>(_ item: R) {
        let table = settings.chosen(RecordTable([item]))
        for row in table.rows { outlet.item(table.object(row)) }
    }

    /// Asks for a secret on the terminal without echo.
    /// - Throws: `Failure` of kind `usage` when there is no terminal, `Interruption` when the person stops it.
    package func askSecret(_ prompt: String) throws -> String {
        guard console.canAsk() else {
            throw Failure(.usage, "cannot ask for a secret without a terminal", hint: "use the option for a file")
        }
        return try ask(prompt, isEchoed: false)
    }

    func ask(_ prompt: String, isEchoed: Bool) throws -> String {
        outlet.erase()
        guard let answer = console.ask(prompt, isEchoed, { isCancelled }) else {
            throw Interruption("nothing was done")
        }
        return answer
    }
}

/// The person stopped the command. The message says what was left.
package struct Interruption: Error, Sendable {
    package var message: String
    package var hint: String?

    package init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
