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
}
