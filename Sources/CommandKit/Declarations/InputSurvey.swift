import Synchronization

/// Finds the declarations in an input set, in the order of their properties, and the rules of the sets in it.
///
/// Each declaration tells of itself when it is made. Looking through the properties of a set instead would ask for the
/// conformances of each one's type, and each question is a search of every conformance of the binary.
enum InputSurvey {
    /// What the set that is being made declares so far.
    @TaskLocal private static var declared: Declared?

    static func shapes<Inputs: InputSet>(of set: Inputs.Type) -> [InputShape] {
        declared(by: set).shapes.withLock { $0 }
    }

    /// The rules of a set and of the sets in it.
    static func rules<Inputs: InputSet>(of set: Inputs.Type) -> [RuleShape] {
        let groups = declared(by: set).groups.withLock { $0 }.filter { $0.type != ObjectIdentifier(set) }
        assert(
            groups.count == groupsWithRules(in: Inputs()),
            "a group in \(set) has rules and does not tell of them with GroupRules")
        return groups.flatMap { $0.rules() } + set.rules.map(RuleShape.init)
    }

    static func note(_ shape: InputShape) { declared?.shapes.withLock { $0.append(shape) } }

    static func note<Group: InputSet>(_ group: Group.Type) {
        let noted = (type: ObjectIdentifier(group), rules: { @Sendable in group.rules.map(RuleShape.init) })
        declared?.groups.withLock { $0.append(noted) }
    }

    private static func declared<Inputs: InputSet>(by set: Inputs.Type) -> Declared {
        let declared = Declared()
        $declared.withValue(declared) { _ = Inputs() }
        return declared
    }

    /// The slow way, for the check of debug builds.
    private static func groupsWithRules(in set: any InputSet) -> Int {
        Mirror(reflecting: set).children.compactMap { $0.value as? any InputSet }.reduce(0) { count, group in
            count + (hasRules(group) ? 1 : 0) + groupsWithRules(in: group)
        }
    }

    private static func hasRules<Group: InputSet>(_ group: Group) -> Bool { !Group.rules.isEmpty }

    private final class Declared: Sendable {
        let shapes = Mutex<[InputShape]>([])
        let groups = Mutex<[(type: ObjectIdentifier, rules: @Sendable () -> [RuleShape])]>([])
    }
}

/// Belongs as a property into each group of inputs that has rules, so that they hold wherever the group is used:
/// `let ruled = GroupRules(Self.self)`.
package struct GroupRules: Sendable {
    package init<Group: InputSet>(_ group: Group.Type) { InputSurvey.note(group) }
}

extension InputShape {
    /// The same, known to whoever asks what a set declares.
    func declared() -> InputShape {
        InputSurvey.note(self)
        return self
    }
}
