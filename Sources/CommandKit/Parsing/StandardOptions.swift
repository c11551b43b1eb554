/// The options that every command takes.
struct StandardOptions: InputSet {
    let output = Option(
        "output", short: "o", .choice(OutputFormat.self), placeholder: "FORMAT", default: .table,
        help: "Write records as table, json, ndjson, yaml or tsv")
    let fields = Option("fields", .fieldKeys, help: "Write only these fields, in this order")
    let noHeader = Flag("no-header", help: "Leave out the titles of columns")
    let quiet = Flag("quiet", short: "q", help: "Write nothing but data and errors")
    let verbose = Count("verbose", short: "v", help: "Say more on stderr; twice for details")
    let color = Option(
        "color", .choice(ColorChoice.self), placeholder: "WHEN", default: .auto,
        help: "Use colour: auto, always or never")
    let help = Flag("help", short: "h", help: "Show this help")
}

/// The option that every command takes that changes something.
struct ChangeOptions: InputSet {
    let dryRun = Flag("dry-run", short: "n", help: "Show what would be done, and do nothing")
}

/// The option that every command takes that asks before it loses something.
struct DestroyOptions: InputSet {
    let yes = Flag("yes", short: "y", help: "Do not ask")
}

/// The options of the program without a command.
struct ProgramOptions: InputSet {
    let version = Flag("version", help: "Show the version")
}

/// The inputs of the built-in word `help`.
struct HelpOptions: InputSet {
    let tree = Flag("tree", help: "Write every command as JSON")
    let manual = Option("manual", .directory, help: "Write the manual pages to a directory")
    let bash = Flag("bash", help: "Write the completion script for bash")
}

extension ValueType where Value == [String] {
    /// Keys of fields, separated by commas.
    static var fieldKeys: ValueType {
        ValueType(placeholder: "KEYS", completion: .fields, text: { $0.joined(separator: ",") }) {
            text throws(ValueError) in
            let keys = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard !keys.contains("") else { throw ValueError("must be keys of fields, separated by commas") }
            return keys
        }
    }
}
