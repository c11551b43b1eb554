/// A whole document, kept so that what is not changed is written back byte for byte.
///
/// libvirt's definitions are small and have no document type, so this needs no library: Foundation's parser brings
/// libxml2 and 60 MB, reorders attributes and resolves references.
struct XMLDocument: Equatable {
    var prologue: [XMLNode]
    var root: XMLElement
    var epilogue: [XMLNode]

    var text: String {
        var text = ""
        for node in prologue { node.write(to: &text) }
        root.write(to: &text)
        for node in epilogue { node.write(to: &text) }
        return text
    }
}

enum XMLNode: Equatable {
    case element(XMLElement)
    /// Characters as they stand in the document, references unresolved.
    case text(String)
    /// A comment, CDATA section or processing instruction, with its delimiters.
    case verbatim(String)

    func write(to output: inout String) {
        switch self {
        case .element(let element): element.write(to: &output)
        case .text(let raw), .verbatim(let raw): output += raw
        }
    }
}

struct XMLAttribute: Equatable {
    var name: String
    /// As it stands between the quotes.
    var raw: String
    var quote: Character = "'"
}

struct XMLElement: Equatable {
    /// With its prefix: `qemu:arg`.
    var name: String
    var attributes: [XMLAttribute] = []
    var children: [XMLNode] = []

    init(_ name: String, _ attributes: [(String, String)] = []) {
        self.name = name
        self.attributes = attributes.map { XMLAttribute(name: $0.0, raw: XMLText.escape($0.1)) }
    }

    func write(to output: inout String) {
        output += "<\(name)"
        for attribute in attributes {
            output += " \(attribute.name)=\(attribute.quote)\(attribute.raw)\(attribute.quote)"
        }
        if children.isEmpty {
            output += "/>"
            return
        }
        output += ">"
        for child in children { child.write(to: &output) }
        output += "</\(name)>"
    }
}

extension XMLElement {
    /// The value of an attribute; setting nil removes it, a new one comes last.
    subscript(attribute: String) -> String? {
        get { attributes.first { $0.name == attribute }.map { XMLText.resolve($0.raw) } }
        set {
            guard let newValue else {
                attributes.removeAll { $0.name == attribute }
                return
            }
            let raw = XMLText.escape(newValue)
            if let index = attributes.firstIndex(where: { $0.name == attribute }) {
                attributes[index] = XMLAttribute(name: attribute, raw: raw)
            } else {
                attributes.append(XMLAttribute(name: attribute, raw: raw))
            }
        }
    }

    /// The child elements, in order.
    var elements: [XMLElement] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    func elements(_ name: String) -> [XMLElement] { elements.filter { $0.name == name } }

    /// The first descendant along a path of names.
    func first(_ path: String...) -> XMLElement? {
        var place = self
        for name in path {
            guard let next = place.elements.first(where: { $0.name == name }) else { return nil }
            place = next
        }
        return place
    }

    /// The characters directly inside, references resolved, blanks at both ends removed.
    var content: String {
        var raw = ""
        for case .text(let part) in children { raw += part }
        return XMLText.resolve(XMLText.trimmed(raw))
    }
}
