/// Finds the declarations in an input set, in the order of their properties.
enum InputSurvey {
    /// Every declaration starts with its shape, so a cast to a concrete type finds it: looking up a conformance
    /// instead would search every conformance of the binary, once for each type of value.
    static func shapes(of set: Any) -> [InputShape] {
        var found: [InputShape] = []
        for child in Mirror(reflecting: set).children {
            if let shape = Mirror(reflecting: child.value).children.first?.value as? InputShape {
                found.append(shape)
            } else {
                found += shapes(of: child.value)
            }
        }
        return found
    }

    /// The rules of a set and of the sets in it. Only the command that is to run is asked for them, so that here the
    /// search for a conformance may cost what it does.
    static func rules<Inputs: InputSet>(of set: Inputs) -> [RuleShape] {
        let groups = Mirror(reflecting: set).children.compactMap { $0.value as? any InputSet }
        return groups.flatMap { rules(of: $0) } + Inputs.rules.map(RuleShape.init)
    }
}
