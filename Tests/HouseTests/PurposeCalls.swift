import Foundation

/// Finds what the sources do to the disk, and for what purpose, by following every function that takes a `purpose` from
/// its callers down to `DiskStep`.
struct PurposeCalls {
    /// A function with a parameter `purpose: StaticString`.
    struct Function {
        var type: String
        var name: String
        var isStatic: Bool
        var parameters: [Parameter]
        var body: Range<Int>
        var source: SwiftText

        struct Parameter {
            /// nil for `_`.
            var label: String?
            var name: String
            var isOptional: Bool
            var isVariadic: Bool
        }
    }

    /// A call of one: what is given for the purpose, as it is written.
    struct Call {
        var function: Int
        var purpose: String
        var operation: String?
        var offset: Int
        var source: SwiftText
    }

    private(set) var functions: [Function] = []
    private(set) var calls: [Call] = []
    /// What cannot be followed, and so would be missed.
    private(set) var unclear: [String] = []

    init(_ sources: [SwiftText]) throws {
        functions = try sources.flatMap(Self.functions(in:))
        for source in sources { find(in: source) }
        for source in sources { unclear += Self.strays(in: source) }
    }

    /// `purpose.operation` of every change that the sources can make.
    var steps: Set<String> {
        var steps: Set<String> = []
        for call in calls {
            guard let purpose = Self.literal(call.purpose) else { continue }
            for operation in operations(of: call, []) { steps.insert("\(purpose).\(operation)") }
        }
        return steps
    }

    private func operations(of call: Call, _ seen: Set<Int>) -> Set<String> {
        if let operation = call.operation { return [operation] }
        guard !seen.contains(call.function) else { return [] }
        let function = functions[call.function]
        let inner = calls.filter {
            $0.source.path == function.source.path && function.body.contains($0.offset) && $0.purpose == "purpose"
        }
        return inner.reduce(into: []) { $0.formUnion(operations(of: $1, seen.union([call.function]))) }
    }

    private mutating func find(in source: SwiftText) {
        let imports = source.imports
        let types = Self.types(in: source)
        let names = Set(functions.map(\.name))
        for word in source.words where names.contains(source.codeText(word)) {
            guard let open = source.after(word.upperBound),
                source.code[open] == UInt8(ascii: "("), let brackets = source.bracketed(from: open)
            else {
                noteReference(word, in: source)
                continue
            }
            let before = source.before(word.lowerBound)
            if let before, source.word(endingAt: before) == "func" { continue }
            let hasClosure = source.after(brackets.upperBound).map { source.code[$0] == UInt8(ascii: "{") } ?? false
            let arguments = source.list(in: brackets)
            var receiver: String?
            var isMember = false
            if let before, source.code[before] == UInt8(ascii: ".") {
                isMember = true
                receiver = source.before(before).flatMap(source.word(endingAt:))
                if receiver == nil, let last = source.before(before), Self.isOperator(source.code[last]) {
                    // `.write(…)`: a case of an enumeration.
                    continue
                }
            }
            let around = types.filter { $0.range.contains(word.lowerBound) }.map(\.name)
            for (number, function) in functions.enumerated()
            where function.name == source.codeText(word) && imports.contains(function.source.target) {
                let isOfType = receiver == function.type || receiver == "Self" && around.contains(function.type)
                let fits =
                    !isMember ? around.contains(function.type) : function.isStatic ? isOfType : !Self.isType(receiver)
                guard fits, let purpose = function.purpose(in: arguments, of: source, hasClosure) else { continue }
                note(number, purpose, arguments.first.map { source.codeText($0) }, word.lowerBound, source)
            }
        }
    }

    private mutating func note(
        _ number: Int, _ purpose: String, _ first: String?, _ offset: Int, _ source: SwiftText
    ) {
        let isStep = functions[number].type == "DiskStep" && functions[number].name == "perform"
        let operation =
            isStep ? first.flatMap { $0.hasPrefix(".") ? String($0.dropFirst()) : nil } : nil
        let isClear = purpose == "purpose" || Self.literal(purpose) != nil
        if !isClear || isStep && operation == nil && source.file != "DiskStep.swift" {
            unclear.append(
                "\(source.place(offset)): say the purpose (and operation) where the change is made, as a literal")
        }
        calls.append(
            Call(function: number, purpose: purpose, operation: operation, offset: offset, source: source))
    }

    /// `Directory.remove` without arguments could be called from anywhere, with any purpose.
    private mutating func noteReference(_ word: Range<Int>, in source: SwiftText) {
        guard let dot = source.before(word.lowerBound), source.code[dot] == UInt8(ascii: "."),
            let type = source.before(dot).flatMap(source.word(endingAt:)),
            functions.contains(where: { $0.type == type && $0.name == source.codeText(word) })
        else { return }
        unclear.append("\(source.place(word.lowerBound)): call it here, so that its purpose is seen")
    }

    private static func literal(_ text: String) -> Substring? {
        let name = text.dropFirst().dropLast()
        guard text == "\"\(name)\"", name.allSatisfy({ $0 == "-" || $0.isLowercase }) else { return nil }
        return name
    }

    private static func isType(_ receiver: String?) -> Bool { receiver?.first?.isUppercase ?? false }
    private static func isOperator(_ byte: UInt8) -> Bool { !SwiftText.isWord(byte) && !")]}?!\"".utf8.contains(byte) }
}
