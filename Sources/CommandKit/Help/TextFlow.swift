/// Text set in lines of a width.
enum TextFlow {
    /// Words put on lines of at most `width` columns; a longer word stands alone. `indent` goes before every line.
    static func wrapped(_ text: String, width: Int, indent: Int = 0) -> [String] {
        let room = max(20, width - indent)
        let lead = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: { $0 == " " || $0.isNewline }) {
            if !line.isEmpty, TextWidth.of(line) + 1 + TextWidth.of(String(word)) > room {
                lines.append(lead + line)
                line = ""
            }
            line += line.isEmpty ? word : " " + word
        }
        if !line.isEmpty { lines.append(lead + line) }
        return lines
    }

    /// Paragraphs, separated by empty lines; one whose lines are all indented stays as it is.
    static func paragraphs(_ text: String) -> [(text: String, isLiteral: Bool)] {
        var result: [(text: String, isLiteral: Bool)] = []
        var lines: [Substring] = []
        func end() {
            guard !lines.isEmpty else { return }
            let isLiteral = lines.allSatisfy { $0.hasPrefix("  ") }
            let text = isLiteral ? lines.map { $0.dropFirst(2) } : lines
            result.append((text.joined(separator: isLiteral ? "\n" : " "), isLiteral))
            lines = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.allSatisfy(\.isWhitespace) { end() } else { lines.append(line) }
        }
        end()
        return result
    }

    /// A term and its explanation beside it, or below it when the term is long.
    static func entry(_ term: String, _ explanation: String, column: Int, width: Int) -> [String] {
        let text = wrapped(explanation, width: width, indent: column)
        let lead = "  " + term
        let used = TextWidth.of(lead)
        guard let first = text.first, used + 2 <= column else { return [lead] + text }
        return [lead + String(repeating: " ", count: column - used) + first.dropFirst(column)] + text.dropFirst()
    }
}
