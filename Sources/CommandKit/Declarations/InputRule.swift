/// What must hold between inputs before a command runs.
package struct InputRule<Inputs: InputSet>: Sendable {
    let relation: RuleRelation
    let shapes: [InputShape]

    /// At most one of these may be given.
    package static func conflict<each D: InputDeclaration>(
        _ inputs: repeat KeyPath<Inputs, each D>
    ) -> InputRule {
        rule(.conflict, repeat each inputs)
    }

    /// When the first is given, all the others must be given too.
    package static func requires<each D: InputDeclaration>(
        _ inputs: repeat KeyPath<Inputs, each D>
    ) -> InputRule {
        rule(.requires, repeat each inputs)
    }

    /// One of these, and only one, must be given.
    package static func exactlyOne<each D: InputDeclaration>(
        _ inputs: repeat KeyPath<Inputs, each D>
    ) -> InputRule {
        rule(.exactlyOne, repeat each inputs)
    }

    /// One of these or more must be given.
    package static func atLeastOne<each D: InputDeclaration>(
        _ inputs: repeat KeyPath<Inputs, each D>
    ) -> InputRule {
        rule(.atLeastOne, repeat each inputs)
    }

    private static func rule<each D: InputDeclaration>(
        _ relation: RuleRelation, _ inputs: repeat KeyPath<Inputs, each D>
    ) -> InputRule {
        let set = Inputs()
        var shapes: [InputShape] = []
        for input in repeat each inputs { shapes.append(set[keyPath: input].shape) }
        return InputRule(relation: relation, shapes: shapes)
    }
}

/// A rule without the type of its inputs.
struct RuleShape: Sendable {
    let relation: RuleRelation
    let shapes: [InputShape]

    init<Inputs: InputSet>(_ rule: InputRule<Inputs>) {
        relation = rule.relation
        shapes = rule.shapes
    }
}

/// How the inputs of a rule bear on one another.
enum RuleRelation: Sendable {
    /// At most one of them may be given.
    case conflict
    /// When the first is given, all the others are needed.
    case requires
    /// One of them, and only one, must be given.
    case exactlyOne
    /// One of them or more must be given.
    case atLeastOne
}
