extension XMLElement {
    /// Replaces everything inside by these characters.
    mutating func setContent(_ text: String) { children = text.isEmpty ? [] : [.text(XMLText.escape(text))] }

    /// Changes every child element of that name in place; the change answers false to remove the element.
    mutating func change(_ name: String, _ body: (inout XMLElement) -> Bool) {
        var kept: [XMLNode] = []
        kept.reserveCapacity(children.count)
        for node in children {
            guard case .element(var element) = node, element.name == name else {
                kept.append(node)
                continue
            }
            if body(&element) {
                kept.append(.element(element))
            } else if case .text(let blank)? = kept.last, XMLText.trimmed(blank).isEmpty {
                // The line break and indentation belonged to what goes.
                kept.removeLast()
            }
        }
        let onlyBlanks = kept.allSatisfy {
            if case .text(let text) = $0 { XMLText.trimmed(text).isEmpty } else { false }
        }
        children = onlyBlanks ? [] : kept
    }

    mutating func remove(_ names: String...) {
        for name in names { change(name) { _ in false } }
    }

    /// Puts an element in the place of the first of its name, or before everything else if there is none.
    mutating func put(_ new: XMLElement) {
        let index = children.firstIndex { if case .element(let old) = $0 { old.name == new.name } else { false } }
        if let index {
            children[index] = .element(new)
            return
        }
        var added: [XMLNode] = [.element(new)]
        // Indented as its new sibling.
        if case .text(let blank)? = children.first, XMLText.trimmed(blank).isEmpty { added.insert(.text(blank), at: 0) }
        children.insert(contentsOf: added, at: 0)
    }
}
