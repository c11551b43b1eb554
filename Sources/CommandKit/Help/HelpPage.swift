/// A page of help being written: titled sections, wrapped to a width.
struct HelpPage {
    let width: Int
    let style: Style
    private(set) var text = ""

    init(width: Int, style: Style) {
        self.width = width
        self.style = style
    }

    mutating func summary(_ line: String) { add(TextFlow.wrapped(line, width: width)) }

    mutating func examples(_ examples: [Example]) {
        guard !examples.isEmpty else { return }
        title("EXAMPLES")
        for example in examples {
            add(["  " + example.line])
            add(TextFlow.wrapped(example.explanation, width: width, indent: 6))
        }
    }

    mutating func usage(_ lines: [String]) {
        title("USAGE")
        for line in lines { add(TextFlow.wrapped(line, width: width, indent: 2)) }
    }

    mutating func discussion(_ paragraphs: String) {
        for paragraph in TextFlow.paragraphs(paragraphs) {
            add([""])
            if paragraph.isLiteral {
                add(paragraph.text.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 })
            } else {
                add(TextFlow.wrapped(paragraph.text, width: width))
            }
        }
    }

    /// Terms and explanations; no section when there are none.
    mutating func entries(_ heading: String, _ entries: [(term: String, explanation: String)]) {
        guard !entries.isEmpty else { return }
        title(heading)
        let column = min(28, (entries.map { TextWidth.of($0.term) }.max() ?? 0) + 4)
        for entry in entries { add(TextFlow.entry(entry.term, entry.explanation, column: column, width: width)) }
    }

    mutating func closing(_ line: String) {
        add([""])
        add(TextFlow.wrapped(line, width: width))
    }

    private mutating func title(_ heading: String) { add(["", style.bold(heading)]) }

    private mutating func add(_ lines: [String]) { for line in lines { text += line + "\n" } }
}
