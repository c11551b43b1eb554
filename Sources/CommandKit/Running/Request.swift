/// What a command line asks for.
enum Request<Context: Sendable>: Sendable {
    case run(Invocation<Context>)
    case help(CommandPath<Context>)
    case version
    /// The interface lock.
    case tree
    case manual(directory: String)
    case bashCompletion
    /// The command line is wrong; `path` is as far as it was understood.
    case refuse(Failure, path: [String])
}

/// A command that is ready to run.
struct Invocation<Context: Sendable>: Sendable {
    var path: [String]
    var entry: CommandEntry<Context>
    var values: ParsedValues
}
