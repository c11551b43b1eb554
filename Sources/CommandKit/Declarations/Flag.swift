/// A named choice that is on or off: `--all`; one that defaults to on is given as `--no-NAME`.
package struct Flag: InputDeclaration {
    package typealias Value = Bool
    package let shape: InputShape

    package init(
        _ name: String, short: Character? = nil, default isOnByDefault: Bool = false, help: String,
        hidden: Bool = false
    ) {
        shape = InputShape(
            kind: .flag(isOnByDefault: isOnByDefault), name: name, short: short, placeholder: "", help: help,
            completion: .nothing, isRequired: false, isHidden: hidden
        ) { given throws(ValueError) -> any Sendable in given.last.map { $0 == .on } ?? isOnByDefault }.declared()
    }
}

/// A flag whose occurrences are counted: `-v`, `-vv`.
package struct Count: InputDeclaration {
    package typealias Value = Int
    package let shape: InputShape

    package init(_ name: String, short: Character? = nil, help: String, hidden: Bool = false) {
        shape = InputShape(
            kind: .count, name: name, short: short, placeholder: "", help: help, completion: .nothing,
            isRequired: false, isHidden: hidden
        ) { given throws(ValueError) -> any Sendable in given.count }.declared()
    }
}
