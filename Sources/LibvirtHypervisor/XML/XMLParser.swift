import DebVisorCore

/// Reads the XML that libvirt writes: one root, no document type, UTF-8.
struct XMLParser {
    private let bytes: [UInt8]
    private var position = 0
    /// Deeper than any definition; it keeps hostile input from exhausting the stack.
    private static let deepest = 256

    /// - Throws: `failed` if the text is not well formed.
    static func parse(_ text: String) throws -> XMLDocument {
        var parser = XMLParser(bytes: Array(text.utf8))
        let prologue = try parser.outside()
        guard parser.position < parser.bytes.count else { throw parser.fault("there is no element") }
        let root = try parser.element(depth: 0)
        let epilogue = try parser.outside()
        guard parser.position == parser.bytes.count else { throw parser.fault("something follows the root element") }
        return XMLDocument(prologue: prologue, root: root, epilogue: epilogue)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func fault(_ what: String) -> Fault {
        Fault(.failed, "the XML definition is not well formed", cause: "\(what), at byte \(position)")
    }

    private func starts(_ text: StaticString) -> Bool {
        guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { prefix in
            for index in 0..<prefix.count where bytes[position + index] != prefix[index] { return false }
            return true
        }
    }

    private func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private mutating func skipBlanks() {
        while position < bytes.count, Self.isBlank(bytes[position]) { position += 1 }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 9 || byte == 13 }

    /// Blanks, comments and instructions around the root.
    private mutating func outside() throws -> [XMLNode] {
        var nodes: [XMLNode] = []
        while position < bytes.count {
            let start = position
            skipBlanks()
            if position > start { nodes.append(.text(string(start..<position))) }
            guard let verbatim = try verbatim() else { break }
            nodes.append(verbatim)
        }
        return nodes
    }

    private mutating func verbatim() throws -> XMLNode? {
        let start = position
        if starts("<!--") {
            position += 4
            try skip(past: "-->")
        } else if starts("<![CDATA[") {
            try skip(past: "]]>")
        } else if starts("<?") {
            try skip(past: "?>")
        } else {
            return nil
        }
        return .verbatim(string(start..<position))
    }

    private mutating func skip(past end: StaticString) throws {
        while position < bytes.count {
            if starts(end) {
                position += end.utf8CodeUnitCount
                return
            }
            position += 1
        }
        throw fault("the document ends too early")
    }

    private mutating func name() throws -> String {
        let start = position
        while position < bytes.count, Self.isName(bytes[position]) { position += 1 }
        guard position > start else { throw fault("a name was expected") }
        return string(start..<position)
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        case UInt8(ascii: "."), 128...: true
        default: false
        }
    }

    private mutating func element(depth: Int) throws -> XMLElement {
        guard depth < Self.deepest else { throw fault("elements are nested too deeply") }
        guard starts("<") else { throw fault("an element was expected") }
        position += 1
        var element = XMLElement(try name())
        while true {
            skipBlanks()
            if starts("/>") {
                position += 2
                return element
            }
            if starts(">") {
                position += 1
                break
            }
            element.attributes.append(try attribute())
        }
        element.children = try children(depth: depth)
        let closing = try name()
        guard closing == element.name else { throw fault("'\(element.name)' is closed by '\(closing)'") }
        skipBlanks()
        guard starts(">") else { throw fault("a closing tag does not end") }
        position += 1
        return element
    }

    private mutating func attribute() throws -> XMLAttribute {
        let name = try name()
        skipBlanks()
        guard starts("=") else { throw fault("attribute '\(name)' has no value") }
        position += 1
        skipBlanks()
        guard starts("'") || starts("\"") else { throw fault("attribute '\(name)' is not quoted") }
        let quote = bytes[position]
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != quote { position += 1 }
        guard position < bytes.count else { throw fault("attribute '\(name)' does not end") }
        position += 1
        return XMLAttribute(
            name: name, raw: string(start..<position - 1), quote: Character(Unicode.Scalar(quote)))
    }

    /// Up to and with the `</` of the closing tag.
    private mutating func children(depth: Int) throws -> [XMLNode] {
        var nodes: [XMLNode] = []
        while position < bytes.count {
            if starts("</") {
                position += 2
                return nodes
            }
            if let verbatim = try verbatim() {
                nodes.append(verbatim)
            } else if starts("<") {
                nodes.append(.element(try element(depth: depth + 1)))
            } else {
                let start = position
                while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
                nodes.append(.text(string(start..<position)))
            }
        }
        throw fault("the document ends too early")
    }
}
