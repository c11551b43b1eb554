/// The values of a command's inputs, read by the names of their declarations: `args.keep` is an `Int`,
/// `args.connection.uri` goes through a group, and what is not declared does not compile.
@dynamicMemberLookup
package struct Parsed<Inputs: InputSet>: Sendable {
    let inputs: Inputs
    let values: ParsedValues

    init(_ inputs: Inputs, _ values: ParsedValues) {
        self.inputs = inputs
        self.values = values
    }

    package subscript<Declaration: InputDeclaration>(
        dynamicMember path: KeyPath<Inputs, Declaration>
    ) -> Declaration.Value {
        let shape = inputs[keyPath: path].shape
        guard let value = values[shape] as? Declaration.Value else {
            // Only two declarations of one name and different types lead here; `Program.complaints()` names them.
            preconditionFailure("the input \(shape.title) is declared twice")
        }
        return value
    }

    package subscript<Group: InputSet>(dynamicMember path: KeyPath<Inputs, Group>) -> Parsed<Group> {
        Parsed<Group>(inputs[keyPath: path], values)
    }

    /// Whether an input was given on the command line, be it with the value of its default.
    package func isGiven(_ path: KeyPath<Inputs, some InputDeclaration>) -> Bool {
        values.isGiven(inputs[keyPath: path].shape)
    }
}

/// The values of all inputs of one command line, without their types.
struct ParsedValues: Sendable {
    private var values: [String: any Sendable] = [:]
    private var given: Set<String> = []

    subscript(_ shape: InputShape) -> (any Sendable)? { values[shape.key] }

    func isGiven(_ shape: InputShape) -> Bool { given.contains(shape.key) }

    mutating func set(_ shape: InputShape, to value: any Sendable, isGiven: Bool) {
        values[shape.key] = value
        if isGiven { given.insert(shape.key) }
    }
}
