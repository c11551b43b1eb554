/// A word without a name: `VM` in `debvisor vm start VM`.
package struct Argument<Value: Sendable>: InputDeclaration {
    package let shape: InputShape

    /// An argument that must be given.
    package init(_ name: String, _ type: ValueType<Value>, help: String) {
        shape = .argument(name, type.completion, help, count: 1...1) { given throws(ValueError) in
            try type.parse(given.first?.text ?? "")
        }.declared()
    }

    /// An argument that may be left out: nil then.
    package init<Wrapped>(optional name: String, _ type: ValueType<Wrapped>, help: String) where Value == Wrapped? {
        shape = .argument(name, type.completion, help, count: 0...1) { given throws(ValueError) -> Value in
            guard let first = given.first else { return nil }
            return try type.parse(first.text)
        }.declared()
    }
}

/// The last words of a command line: `VM…`.
package struct Arguments<Element: Sendable>: InputDeclaration {
    package typealias Value = [Element]
    package let shape: InputShape

    package init(_ name: String, _ type: ValueType<Element>, atLeast minimum: Int = 0, help: String) {
        shape = .argument(name, type.completion, help, count: minimum...Int.max) { given throws(ValueError) in
            var values: [Element] = []
            for item in given { values.append(try type.parse(item.text)) }
            return values
        }.declared()
    }
}

extension InputShape {
    fileprivate static func argument<Value: Sendable>(
        _ name: String, _ completion: ValueCompletion, _ help: String, count: ClosedRange<Int>,
        bind: @escaping @Sendable ([GivenValue]) throws(ValueError) -> Value
    ) -> InputShape {
        InputShape(
            kind: .argument(count: count), name: name, placeholder: name, help: help, completion: completion,
            isRequired: count.lowerBound > 0, isHidden: false
        ) { given throws(ValueError) in try bind(given) }
    }
}
