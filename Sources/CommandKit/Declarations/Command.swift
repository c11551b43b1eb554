/// One verb: what it is called, what it takes, and what it does. Conform to `ReadingCommand` or `ChangingCommand`.
package protocol Command<Context>: Sendable {
    /// What the app gives to its commands: stores, hypervisor, clock.
    associatedtype Context: Sendable
    associatedtype Inputs: InputSet = NoInputs

    static var info: CommandInfo { get }
    /// What must hold between the inputs.
    static var rules: [InputRule<Inputs>] { get }

    init()
}

extension Command {
    package static var rules: [InputRule<Inputs>] { [] }
}

/// A command that leaves the world as it is.
package protocol ReadingCommand<Context>: Command {
    // Named here again, so that they are inferred from `run`.
    associatedtype Context
    associatedtype Inputs = NoInputs

    func run(_ args: Parsed<Inputs>, _ context: Context, _ session: Session) async throws -> Report
}

/// A command that changes something: it says what it would do, and the runner shows that or has it done.
package protocol ChangingCommand<Context>: Command {
    // Named here again, so that they are inferred from `plan`.
    associatedtype Context
    associatedtype Inputs = NoInputs

    func plan(_ args: Parsed<Inputs>, _ context: Context, _ session: Session) async throws -> Plan
}
