/// The inputs of a command, or a group of inputs that several commands share: a struct whose stored properties are
/// `Argument`, `Arguments`, `Option`, `Options`, `Flag`, `Count`, or other input sets.
package protocol InputSet: Sendable {
    /// What must hold between these inputs wherever the set is used; a command has `rules` of its own besides. A group that
    /// has some tells of them with `GroupRules`.
    static var rules: [InputRule<Self>] { get }

    init()
}

extension InputSet {
    package static var rules: [InputRule<Self>] { [] }
}

/// The inputs of a command that has none.
package struct NoInputs: InputSet {
    package init() {}
}

/// One declared input whose value a command reads through `Parsed`.
package protocol InputDeclaration<Value>: Sendable {
    associatedtype Value: Sendable

    /// What parser, help, manual and completion know about it.
    var shape: InputShape { get }
}
