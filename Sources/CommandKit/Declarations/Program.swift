/// A whole command-line program: its tree of commands, and what the app gives to them.
package struct Program<Context: Sendable, Globals: InputSet>: Sendable {
    package let name: String
    package let version: String
    package let summary: String
    /// Paragraphs for the program's own help and manual page.
    package var discussion = ""
    package var examples: [Example] = []
    /// Pages and sections that only the app can write: `debvisor.conf(5)`.
    package var manual = ManualTexts()
    /// Hears of every breach of a declaration at run time: an undeclared status, another record than declared.
    package var onBreach: (@Sendable (_ path: [String], _ breach: String) -> Void)?

    let tree: @Sendable () -> [CommandNode<Context>]
    let makeContext: @Sendable (Parsed<Globals>, Session) async throws -> Context
    let failure: @Sendable (any Error) -> Failure
    let complete: @Sendable (ObjectQuery<Globals>) -> [String]

    /// - Parameters:
    ///   - globals: options of every command, handed to `makeContext`.
    ///   - tree: nouns and commands; made when somebody looks at it.
    ///   - failure: what an error of the app means to a person and to a script.
    ///   - completer: names of existing objects. It must be quick, and never write, ask or use the network.
    package init(
        name: String, version: String, summary: String, globals: Globals.Type,
        tree: @autoclosure @escaping @Sendable () -> [CommandNode<Context>],
        failure: @escaping @Sendable (any Error) -> Failure = { Failure(.failed, "\($0)") },
        completer: @escaping @Sendable (ObjectQuery<Globals>) -> [String] = { _ in [] },
        makeContext: @escaping @Sendable (Parsed<Globals>, Session) async throws -> Context
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.tree = tree
        self.makeContext = makeContext
        self.failure = failure
        self.complete = completer
    }
}

/// Whose names are wanted, and what the command line says so far about where they are.
package struct ObjectQuery<Globals: InputSet>: Sendable {
    /// As declared: `.object("vm")`.
    package var kind: String
    package var globals: Parsed<Globals>
}
