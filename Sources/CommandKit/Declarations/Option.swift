/// A named value: `--keep N`. Given twice, the last one wins.
package struct Option<Value: Sendable>: InputDeclaration {
    package let shape: InputShape

    /// An option that may be left out: nil then.
    package init<Wrapped>(
        _ name: String, short: Character? = nil, _ type: ValueType<Wrapped>, placeholder: String? = nil,
        help: String, hidden: Bool = false
    ) where Value == Wrapped? {
        shape = .option(name, short, type, placeholder, help, hidden) { given throws(ValueError) -> Value in
            guard let last = given.last else { return nil }
            return try type.parse(last.text)
        }.declared()
    }

    /// An option with a default, which help shows.
    package init(
        _ name: String, short: Character? = nil, _ type: ValueType<Value>, placeholder: String? = nil,
        default fallback: Value, help: String, hidden: Bool = false
    ) {
        var shape: InputShape = .option(name, short, type, placeholder, help, hidden) {
            given throws(ValueError) -> Value in
            guard let last = given.last else { return fallback }
            return try type.parse(last.text)
        }
        shape.defaultText = type.text(fallback)
        self.shape = shape.declared()
    }

    /// An option that must be given.
    package init(
        required name: String, short: Character? = nil, _ type: ValueType<Value>, placeholder: String? = nil,
        help: String, hidden: Bool = false
    ) {
        var shape: InputShape = .option(name, short, type, placeholder, help, hidden) {
            given throws(ValueError) -> Value in
            try type.parse(given.last?.text ?? "")
        }
        shape.isRequired = true
        self.shape = shape.declared()
    }
}

/// A named value that may be given again and again: `--tag a=1 --tag b=2`.
package struct Options<Element: Sendable>: InputDeclaration {
    package typealias Value = [Element]
    package let shape: InputShape

    package init(
        _ name: String, short: Character? = nil, _ type: ValueType<Element>, placeholder: String? = nil,
        help: String, hidden: Bool = false
    ) {
        shape = .option(name, short, type, placeholder, help, hidden, repeats: true) {
            given throws(ValueError) -> [Element] in
            var values: [Element] = []
            for item in given { values.append(try type.parse(item.text)) }
            return values
        }.declared()
    }
}

extension InputShape {
    fileprivate static func option<Wrapped, Value: Sendable>(
        _ name: String, _ short: Character?, _ type: ValueType<Wrapped>, _ placeholder: String?, _ help: String,
        _ isHidden: Bool, repeats: Bool = false,
        bind: @escaping @Sendable ([GivenValue]) throws(ValueError) -> Value
    ) -> InputShape {
        InputShape(
            kind: .option(repeats: repeats), name: name, short: short, placeholder: placeholder ?? type.placeholder,
            help: help, completion: type.completion, isRequired: false, isHidden: isHidden
        ) { given throws(ValueError) in try bind(given) }
    }
}
