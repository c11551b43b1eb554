import Foundation

/// A Swift (or C) source in which comments and what stands between quotes are blank, so that brackets and names can be
/// trusted. Code inside `\(…)` stays. Offsets are those of the original.
struct SwiftText: Sendable {
    let path: String
    let original: [UInt8]
    let code: [UInt8]
    /// Every word, as it stands in the code.
    let words: [Range<Int>]

    init(path: String, _ text: String) {
        self.path = path
        original = Array(text.utf8)
        var blanking = Blanking(original)
        blanking.run()
        code = blanking.result
        words = Self.words(in: code)
    }

    /// Line of an offset, from 1.
    func line(at offset: Int) -> Int { 1 + original[..<offset].count { $0 == UInt8(ascii: "\n") } }

    func place(_ offset: Int) -> String { "\(path):\(line(at: offset))" }

    func text(_ range: Range<Int>) -> String { String(decoding: original[range], as: UTF8.self) }
    func codeText(_ range: Range<Int>) -> String { String(decoding: code[range], as: UTF8.self) }

    /// From the bracket at `start` to after the one that closes it; nil if none does.
    func bracketed(from start: Int) -> Range<Int>? {
        var depth = 0
        for index in start..<code.count {
            switch code[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return start..<index + 1 }
            default: break
            }
        }
        return nil
    }

    /// What stands between the brackets of `range`, cut at its commas; white space around the pieces is left out.
    func list(in range: Range<Int>) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var (depth, start) = (0, range.lowerBound + 1)
        for index in range.dropFirst() {
            switch code[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ","), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                let isBorder = depth == 0 && (code[index] == UInt8(ascii: ",") || index == range.upperBound - 1)
                if isBorder {
                    pieces.append(trimmed(start..<index))
                    start = index + 1
                } else if code[index] != UInt8(ascii: ",") {
                    depth -= 1
                }
            default: break
            }
        }
        return pieces.filter { !$0.isEmpty }
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var range = range
        while let first = range.first, Self.isBlank(original[first]) { range.removeFirst() }
        while let last = range.last, Self.isBlank(original[last]) { range.removeLast() }
        return range
    }

    private static func words(in code: [UInt8]) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var index = 0
        while index < code.count {
            guard isWord(code[index]) else {
                index += 1
                continue
            }
            let start = index
            while index < code.count, isWord(code[index]) { index += 1 }
            words.append(start..<index)
        }
        return words
    }

    /// The last character of code before an offset that is no white space, and where.
    func before(_ offset: Int) -> Int? { code[..<offset].lastIndex { !Self.isBlank($0) } }
    func after(_ offset: Int) -> Int? { code[offset...].firstIndex { !Self.isBlank($0) } }

    /// The word that ends at `last`, if one does.
    func word(endingAt last: Int) -> String? {
        guard Self.isWord(code[last]) else { return nil }
        var start = last
        while start > 0, Self.isWord(code[start - 1]) { start -= 1 }
        return codeText(start..<last + 1)
    }

    /// The label of an argument or parameter: what stands before its first colon, if that is one word.
    func label(of argument: Range<Int>) -> String? {
        var end = argument.lowerBound
        while end < argument.upperBound, Self.isWord(code[end]) { end += 1 }
        guard end > argument.lowerBound, let colon = after(end), code[colon] == UInt8(ascii: ":") else { return nil }
        return codeText(argument.lowerBound..<end)
    }

    /// Modules whose members are seen here.
    var imports: Set<String> {
        var modules: Set<String> = [target]
        for (index, word) in words.enumerated().dropLast() where codeText(word) == "import" {
            modules.insert(codeText(words[index + 1]))
        }
        return modules
    }

    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x09 || byte == 0x0d }
}

extension SwiftText {
    /// Everything below Sources, in Swift and in C.
    static let sources = Result {
        try SourceTree.files(below: "Sources", ending: [".swift", ".c", ".h"]).map {
            SwiftText(path: $0.path, $0.lines.joined(separator: "\n"))
        }
    }

    var isSwift: Bool { path.hasSuffix(".swift") }

    /// The folder below Sources.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    var file: String { path.split(separator: "/").last.map(String.init) ?? path }
}

/// Walks over a source and blanks what is no code.
private struct Blanking {
    private let bytes: [UInt8]
    private(set) var result: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        result = bytes
    }

    mutating func run() { code(until: nil) }

    private func starts(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[index...].starts(with: $0) }
    }

    private mutating func blank() {
        if bytes[index] != UInt8(ascii: "\n") { result[index] = UInt8(ascii: " ") }
        index += 1
    }

    /// - Parameter end: the bracket that ends an interpolation.
    private mutating func code(until end: UInt8?) {
        var depth = 0
        while index < bytes.count {
            if starts("//") {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { blank() }
            } else if starts("/*") {
                while index < bytes.count, !starts("*/") { blank() }
                for _ in 0..<2 where index < bytes.count { blank() }
            } else if starts("#\"") {
                index += 2
                while index < bytes.count, !starts("\"#") { blank() }
                index += 2
            } else if starts("'") {
                // A character of C.
                index += 1
                while index < bytes.count, bytes[index] != UInt8(ascii: "'") {
                    if bytes[index] == UInt8(ascii: "\\") { blank() }
                    blank()
                }
                index += 1
            } else if starts("\"\"\"") {
                index += 3
                string(until: "\"\"\"", count: 3)
            } else if starts("\"") {
                index += 1
                string(until: "\"", count: 1)
            } else {
                if bytes[index] == UInt8(ascii: "(") { depth += 1 }
                if bytes[index] == end, depth == 0 { return }
                if bytes[index] == UInt8(ascii: ")") { depth -= 1 }
                index += 1
            }
        }
    }

    private mutating func string(until end: StaticString, count: Int) {
        while index < bytes.count, !starts(end) {
            if starts("\\(") {
                blank()
                index += 1
                code(until: UInt8(ascii: ")"))
                index += 1
            } else {
                if bytes[index] == UInt8(ascii: "\\") { blank() }
                if index < bytes.count { blank() }
            }
        }
        index += count
    }
}
