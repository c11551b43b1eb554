/// One command being run: the only place where a context is made, a plan is applied, and a status is decided.
struct CommandRun<Context: Sendable, Globals: InputSet>: Sendable {
    let program: Program<Context, Globals>
    let invocation: Invocation<Context>
    let settings: OutputSettings
    let console: Console
    let session: Session
    let writer: ReportWriter
    let errors: ErrorWriter

    init(
        program: Program<Context, Globals>, invocation: Invocation<Context>, settings: OutputSettings,
        console: Console, cancellation: Cancellation
    ) {
        self.program = program
        self.invocation = invocation
        self.settings = settings
        self.console = console
        let outlet = Outlet(console: console, settings: settings)
        session = Session(console: console, settings: settings, outlet: outlet, cancellation: cancellation)
        writer = ReportWriter(
            console: console, settings: settings, outlet: outlet,
            isChange: invocation.entry.effect() != .reads, cancellation: cancellation)
        errors = ErrorWriter(outlet: outlet, settings: settings)
    }

    func status() async -> Int32 {
        var status: Int32
        do {
            let globals = Parsed(Globals(), invocation.values)
            let context = try await program.makeContext(globals, session)
            switch try await invocation.entry.run(invocation.values, context, session) {
            case .report(let report): status = try await present(report, changed: nil)
            case .plan(let plan): status = try await carryOut(plan)
            }
        } catch {
            status = fail(error)
        }
        session.outlet.erase()
        if session.outlet.readerIsGone, invocation.entry.effect() == .reads { status = 128 + 13 }
        status = explained(status)
        noteBreach(of: status)
        return status
    }

    /// A stdout that takes no more because its disk is full is no reader that had enough.
    private func explained(_ status: Int32) -> Int32 {
        guard session.outlet.readerIsGone, let trouble = console.outputTrouble() else { return status }
        guard status == 128 + 13 else {
            session.warn("not all could be written to stdout: \(trouble)")
            return status
        }
        let failure = Failure.output(trouble)
        errors.write(failure, items: [], status: failure.kind.status.rawValue, path: invocation.path)
        return failure.kind.status.rawValue
    }

    private func carryOut(_ plan: Plan) async throws -> Int32 {
        for warning in plan.warnings { session.warn(warning) }
        if invocation.values.isOn("dry-run") { return writer.write(plan.steps, idle: plan.idle()) }
        guard !plan.steps.isEmpty else {
            let report = plan.idle()
            if case .message = report.content {} else { session.note("nothing to do") }
            return try await present(report, changed: false)
        }
        if invocation.entry.effect() == .destroys, !invocation.values.isOn("yes") { try confirm(plan.steps) }
        session.cancellation.beginChange()
        if session.cancellation.signalNumber != 0 { throw Interruption("nothing was done") }
        return try await present(try await plan.apply(session), changed: true)
    }

    private func confirm(_ steps: [Step]) throws {
        guard console.canAsk() else {
            throw Failure(
                .usage, "'\(program.spelled(invocation.path))' asks before it does this, and there is no terminal",
                hint: "use --yes to go ahead, --dry-run to see what would be done")
        }
        writer.show(steps)
        let answer = try session.ask("Go ahead? [y/N] ", isEchoed: true)
        guard ["y", "yes"].contains(answer.lowercased()) else {
            throw Failure(.failed, "not confirmed, nothing was done")
        }
    }

    /// Writes a report with what failed in it; the status follows from that.
    private func present(_ report: Report, changed: Bool?) async throws -> Int32 {
        checkRecord(of: report)
        for warning in report.warnings { session.warn(warning) }
        let failure = failure(in: report)
        let status = failure?.kind.status.rawValue ?? 0
        try await writer.write(report, changed: report.changed ?? changed, status: status)
        if report.isEndless, session.cancellation.signalNumber != 0 { return 128 + session.cancellation.signalNumber }
        if let failure {
            let items = report.failures.map { ($0.item, program.failure($0.error)) }
            errors.write(failure, items: items, status: status, path: invocation.path)
        }
        try report.whenTold?()
        return status
    }

    private func failure(in report: Report) -> Failure? {
        guard !report.failures.isEmpty else { return report.attention }
        let count = report.failures.count
        return Failure(.partial, "\(count) \(count == 1 ? "item" : "items") failed")
    }

    private func fail(_ error: any Error) -> Int32 {
        if error is ReaderGone { return 128 + 13 }
        let signal = session.cancellation.signalNumber
        if signal != 0 || error is Interruption || error is CancellationError {
            let status = 128 + (signal == 0 ? 2 : signal)
            writer.writeFailedResult(status)
            errors.write(interruption(error), items: [], status: status, path: invocation.path)
            return status
        }
        var failure = (error as? Failure) ?? program.failure(error)
        failure.hint = failure.hint ?? suggestion(failure.missing)
        if failure.kind == .usage { failure.hint = failure.hint ?? program.seeHelp(invocation.path) }
        let status = failure.kind.status.rawValue
        writer.writeFailedResult(status)
        errors.write(failure, items: [], status: status, path: invocation.path)
        return status
    }

    private func interruption(_ error: any Error) -> Failure {
        if let interruption = error as? Interruption {
            return Failure(.failed, "interrupted: \(interruption.message)", hint: interruption.hint)
        }
        if error is CancellationError { return Failure(.failed, "interrupted") }
        var failure = (error as? Failure) ?? program.failure(error)
        failure.message = "interrupted: \(failure.message)"
        return failure
    }

    /// A name like the one that does not exist.
    private func suggestion(_ missing: MissingObject?) -> String? {
        guard let missing else { return nil }
        let names = program.complete(.init(kind: missing.kind, globals: Parsed(Globals(), invocation.values)))
        return Suggestion.closest(to: missing.name, among: names).map { "did you mean '\(VisibleText.line($0))'?" }
    }
}

extension Failure {
    static func output(_ trouble: String) -> Failure {
        Failure(
            .failed, "cannot write to stdout: \(trouble)", hint: "free some space there, or send it somewhere else")
    }
}

extension ParsedValues {
    /// Whether a flag that the runner itself declared is on.
    fileprivate func isOn(_ name: String) -> Bool {
        self[Flag(name, help: "").shape] as? Bool ?? false
    }
}
