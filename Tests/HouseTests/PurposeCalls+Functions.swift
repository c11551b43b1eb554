import Foundation

extension PurposeCalls {
    /// The types and extensions of a source, by their bodies.
    static func types(in source: SwiftText) -> [(name: String, range: Range<Int>)] {
        let words = source.words
        return words.indices.dropLast().compactMap { index in
            guard
                ["struct", "class", "enum", "extension", "actor", "protocol"].contains(source.codeText(words[index])),
                let brace = source.code[words[index + 1].upperBound...].firstIndex(of: UInt8(ascii: "{")),
                let body = source.bracketed(from: brace)
            else { return nil }
            return (source.codeText(words[index + 1]), body)
        }
    }

    /// Those that take a purpose.
    static func functions(in source: SwiftText) throws -> [Function] {
        let types = types(in: source)
        let words = source.words
        return words.indices.dropLast().compactMap { index in
            let keyword = source.codeText(words[index])
            guard keyword == "func" || keyword == "init" else { return nil }
            let name = keyword == "func" ? words[index + 1] : words[index]
            guard let open = source.code[name.upperBound...].firstIndex(of: UInt8(ascii: "(")),
                let brackets = source.bracketed(from: open),
                source.codeText(brackets).contains("purpose: StaticString"),
                let brace = source.code[brackets.upperBound...].firstIndex(of: UInt8(ascii: "{")),
                let body = source.bracketed(from: brace)
            else { return nil }
            let around = types.filter { $0.range.contains(name.lowerBound) }.min { $0.range.count < $1.range.count }
            let line = source.code[..<name.lowerBound].lastIndex(of: UInt8(ascii: "\n")) ?? 0
            return Function(
                type: around?.name ?? "", name: source.codeText(name),
                isStatic: source.codeText(line..<name.lowerBound).contains(" static "),
                parameters: source.list(in: brackets).compactMap { Function.Parameter(source.codeText($0)) },
                body: body,
                source: source)
        }
    }

    /// Purposes that are kept somewhere could not be followed.
    static func strays(in source: SwiftText) -> [String] {
        guard functionsMayTakePurposes(in: source) else { return [] }
        return source.words.compactMap { word in
            guard source.codeText(word) == "StaticString" else { return nil }
            let colon = source.before(word.lowerBound)
            let name = colon.flatMap { source.code[$0] == UInt8(ascii: ":") ? source.before($0) : nil }
            if name.flatMap(source.word(endingAt:)) == "purpose" { return nil }
            return "\(source.place(word.lowerBound)): a StaticString is the parameter 'purpose' and nothing else here"
        }
    }

    /// Elsewhere a StaticString is something else: the parser of XML looks for some, a failpoint has a name.
    private static func functionsMayTakePurposes(in source: SwiftText) -> Bool {
        source.file != "Failpoint.swift" && !source.path.hasPrefix("Sources/LibvirtHypervisor/XML/")
            && source.target != "CommandKit"
    }
}

extension PurposeCalls.Function.Parameter {
    /// From `label name: Type = value`.
    init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let names = text[..<colon].split(separator: " ")
        guard let label = names.first, let name = names.last else { return nil }
        self.label = label == "_" ? nil : String(label)
        self.name = String(name)
        let type = text[colon...]
        isOptional = type.contains(" = ")
        isVariadic = type.contains("...")
    }
}

extension PurposeCalls.Function {
    /// What a call gives for the purpose; nil if these cannot be this function's arguments.
    /// - Parameter hasClosure: the last parameter may stand behind the brackets.
    func purpose(in arguments: [Range<Int>], of source: SwiftText, _ hasClosure: Bool) -> String? {
        var rest = arguments[...]
        var purpose: String?
        for (number, parameter) in parameters.enumerated() {
            var isGiven = false
            while let argument = rest.first, parameter.label == source.label(of: argument),
                !isGiven || parameter.isVariadic
            {
                // Of several that look alike the last are for the parameters that must be there.
                let needed = parameters[(number + 1)...].count { $0.label == parameter.label && !$0.isOptional }
                if rest.count <= needed, parameter.label == nil, !hasClosure { break }
                if parameter.name == "purpose" { purpose = Self.value(of: argument, in: source) }
                rest.removeFirst()
                isGiven = true
            }
            let mayLack =
                parameter.isOptional || parameter.isVariadic || hasClosure && number == parameters.count - 1
            if !isGiven, !mayLack { return nil }
        }
        return rest.isEmpty ? purpose : nil
    }

    private static func value(of argument: Range<Int>, in source: SwiftText) -> String {
        let text = source.text(argument)
        guard let label = source.label(of: argument) else { return text }
        return text.dropFirst(label.count).drop { $0 == ":" || $0 == " " }.description
    }
}
