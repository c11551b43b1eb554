/// A declared input without its value's type: all that parser, help, manual and completion need.
package struct InputShape: Sendable {
    enum Kind: Sendable, Equatable {
        /// A word without a name, `count` of them.
        case argument(count: ClosedRange<Int>)
        case option(repeats: Bool)
        case flag(isOnByDefault: Bool)
        case count
    }

    let kind: Kind
    /// Without dashes; of an argument, its placeholder.
    let name: String
    var short: Character?
    var placeholder: String
    var help: String
    var completion: ValueCompletion
    /// The default as a person would type it.
    var defaultText: String?
    var isRequired: Bool
    var isHidden: Bool
    /// The value of what was given on the command line, in its order (empty when it was not given).
    let bind: @Sendable ([GivenValue]) throws(ValueError) -> any Sendable

    /// Unique within a command; options and arguments have names of their own.
    var key: String { isArgument ? name : "--\(name)" }

    /// How an error speaks of it: `'--keep'`, `VM`.
    var title: String { isArgument ? name : "'--\(name)'" }

    var isArgument: Bool {
        if case .argument = kind { true } else { false }
    }

    var takesValue: Bool {
        switch kind {
        case .argument, .option: true
        case .flag, .count: false
        }
    }

    /// Whether it may be given as `--no-NAME`.
    var isNegatable: Bool { kind == .flag(isOnByDefault: true) }
}

/// One occurrence of an input on the command line.
enum GivenValue: Sendable, Equatable {
    case text(String)
    case on
    case off

    var text: String {
        if case .text(let text) = self { text } else { "" }
    }
}
