/// How the text of an input becomes a value, and how help and completion speak of it.
package struct ValueType<Value: Sendable>: Sendable {
    /// The word that stands for a value in help: `FILE`, `N`, `DURATION`.
    package var placeholder: String
    /// What completes it.
    package var completion: ValueCompletion
    /// The text of a value, as a person would type it; `parse(text(of: x))` is `x`.
    package let text: @Sendable (Value) -> String
    let parser: @Sendable (String) throws(ValueError) -> Value

    package init(
        placeholder: String, completion: ValueCompletion = .nothing,
        text: @escaping @Sendable (Value) -> String = { "\($0)" },
        parse: @escaping @Sendable (String) throws(ValueError) -> Value
    ) {
        self.placeholder = placeholder
        self.completion = completion
        self.text = text
        self.parser = parse
    }

    /// The value that `text` stands for.
    package func parse(_ text: String) throws(ValueError) -> Value { try parser(text) }
}

/// What can be offered for a value that is not yet typed.
package enum ValueCompletion: Sendable, Equatable {
    case nothing
    case file
    case directory
    case choices([String])
    /// Names of existing objects; the program's completer knows those of this kind.
    case object(String)
    /// As `object`, or the path of a directory; what has a slash in it is a path.
    case objectOrDirectory(String)
    /// Keys of the fields that the command prints, separated by commas.
    case fields

    var choices: [String] {
        if case .choices(let words) = self { words } else { [] }
    }
}

extension ValueType {
    /// A value of the app's own: `parse` throws a `ValueError` that says what a right value looks like.
    package static func custom(
        placeholder: String, completion: ValueCompletion = .nothing,
        text: @escaping @Sendable (Value) -> String = { "\($0)" },
        parse: @escaping @Sendable (String) throws(ValueError) -> Value
    ) -> ValueType {
        ValueType(placeholder: placeholder, completion: completion, text: text, parse: parse)
    }
}
