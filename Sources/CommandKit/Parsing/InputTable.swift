/// The inputs that a command line may hold, found by their names.
struct InputTable: Sendable {
    /// The inputs by where they come from, for help: the command's own, then those of every command.
    let own: [InputShape]
    let common: [InputShape]
    let arguments: [InputShape]
    private let long: [String: InputShape]
    private let short: [Character: InputShape]

    /// A command may have an option `--help TEXT` of its own: help is asked for with `-h` then, or with `--help` at the end.
    init(own: [InputShape], common: [InputShape]) {
        let namesHelp = own.contains { $0.takesValue && $0.isHelp }
        self.own = own
        self.common = namesHelp ? common.filter { !$0.isHelp } : common
        let options = (own + common).filter { !$0.isArgument }
        arguments = own.filter(\.isArgument)
        long = Dictionary(options.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        short = Dictionary(
            options.compactMap { shape in shape.short.map { ($0, shape) } }, uniquingKeysWith: { first, _ in first })
    }

    var all: [InputShape] { own + common }

    /// The option called `name`, and whether it is its negation.
    func option(_ name: String) -> (shape: InputShape, isNegated: Bool)? {
        if let shape = long[name] { return (shape, false) }
        if name.hasPrefix("no-"), let shape = long[String(name.dropFirst(3))], shape.isNegatable {
            return (shape, true)
        }
        return nil
    }

    func option(_ letter: Character) -> InputShape? { short[letter] }

    /// Names as typed, for suggestions and completion.
    var spellings: [String] {
        all.filter { !$0.isArgument && !$0.isHidden }.map { $0.isNegatable ? "--no-\($0.name)" : "--\($0.name)" }
    }
}

extension InputShape {
    /// Whether it is called `--help`.
    var isHelp: Bool { key == "--help" }
}
