extension ValueType where Value == String {
    /// Any text.
    package static var string: ValueType { string("TEXT") }

    /// Any text, called `placeholder` in help.
    package static func string(_ placeholder: String) -> ValueType {
        ValueType(placeholder: placeholder, text: { $0 }) { text throws(ValueError) in text }
    }

    /// A path to anything; not empty.
    package static var path: ValueType { path("PATH", .file) }
    /// A path to a file; not empty.
    package static var file: ValueType { path("FILE", .file) }
    /// A path to a directory; not empty.
    package static var directory: ValueType { path("DIR", .directory) }

    /// The name of an object of a kind that the program's completer knows, as `vm`; not empty.
    package static func object(_ kind: String, placeholder: String? = nil) -> ValueType {
        named(placeholder ?? kind.uppercased(), .object(kind))
    }

    /// The name of an object of a kind, or the path of a directory; not empty.
    package static func objectOrDirectory(_ kind: String, placeholder: String) -> ValueType {
        named(placeholder, .objectOrDirectory(kind))
    }

    private static func named(_ placeholder: String, _ completion: ValueCompletion) -> ValueType {
        ValueType(placeholder: placeholder, completion: completion, text: { $0 }) { text throws(ValueError) in
            guard !text.isEmpty else { throw ValueError("must not be empty") }
            return text
        }
    }

    private static func path(_ placeholder: String, _ completion: ValueCompletion) -> ValueType {
        ValueType(placeholder: placeholder, completion: completion, text: { $0 }) { text throws(ValueError) in
            guard !text.isEmpty else { throw ValueError("must not be empty") }
            guard !text.utf8.contains(0) else { throw ValueError("must not contain a null byte") }
            return text
        }
    }
}

extension ValueType where Value: CaseIterable & RawRepresentable<String> {
    /// One of the cases of an enumeration, written as its raw value.
    package static func choice(_ type: Value.Type = Value.self) -> ValueType {
        let words = type.allCases.map(\.rawValue)
        let placeholder = type.allCases.count <= 5 ? words.joined(separator: "|") : "WORD"
        return ValueType(placeholder: placeholder, completion: .choices(words), text: { $0.rawValue }) {
            text throws(ValueError) in
            if let value = Value(rawValue: text) { return value }
            let hint = Suggestion.closest(to: text, among: words).map { "did you mean '\($0)'?" }
            throw ValueError("must be one of \(words.joined(separator: ", "))", hint: hint)
        }
    }
}

/// What `--tag k=v` gives.
package struct KeyValue: Sendable, Hashable {
    package var key: String
    package var value: String

    package init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}

extension ValueType where Value == KeyValue {
    /// A key and a value around the first `=`; the key is not empty, the value may be.
    package static var keyValue: ValueType {
        ValueType(placeholder: "KEY=VALUE", text: { "\($0.key)=\($0.value)" }) { text throws(ValueError) in
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw ValueError("must be a key and a value, like owner=anna")
            }
            return KeyValue(String(text[..<equals]), String(text[text.index(after: equals)...]))
        }
    }
}
