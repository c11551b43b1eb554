import Synchronization

/// Finds the declarations in an input set, in the order of their properties.
enum InputSurvey {
    /// What the set that is being made declares so far.
    @TaskLocal private static var declared: Declared?

    /// Each declaration tells of itself when it is made. Looking through the properties of a set instead would ask for the
    /// conformances of each one's type, and each question is a search of every conformance of the binary.
    static func shapes<Inputs: InputSet>(of set: Inputs.Type) -> [InputShape] {
        let declared = Declared()
        $declared.withValue(declared) { _ = Inputs() }
        return declared.shapes.withLock { $0 }
    }

    static func note(_ shape: InputShape) { declared?.shapes.withLock { $0.append(shape) } }

    /// The rules of a set and of the sets in it. Only the command that is to run is asked for them, so that here the
    /// search for a conformance may cost what it does.
    static func rules<Inputs: InputSet>(of set: Inputs) -> [RuleShape] {
        let groups = Mirror(reflecting: set).children.compactMap { child in
            // Declarations are no sets; this cast searches nothing.
            Mirror(reflecting: child.value).children.first?.value is InputShape ? nil : child.value as? any InputSet
        }
        return groups.flatMap { rules(of: $0) } + Inputs.rules.map(RuleShape.init)
    }

    private final class Declared: Sendable {
        let shapes = Mutex<[InputShape]>([])
    }
}

extension InputShape {
    /// The same, known to whoever asks what a set declares.
    func declared() -> InputShape {
        InputSurvey.note(self)
        return self
    }
}
