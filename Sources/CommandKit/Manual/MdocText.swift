/// A manual page being written in the language of mdoc(7).
struct MdocText {
    private(set) var text = ""

    /// The head of a page: its date, name, section, and one line about it.
    init(date: String, name: String, section: Int, summary: String) {
        line(".Dd \(date)")
        line(".Dt \(Self.argument(name.uppercased())) \(section)")
        line(".Os")
        line(".Sh NAME")
        line(".Nm \(Self.argument(name))")
        line(".Nd \(Self.plain(summary.prefix(1).lowercased() + summary.dropFirst()))")
    }

    mutating func section(_ title: String) { line(".Sh \(title)") }

    mutating func subsection(_ title: String) { line(".Ss \(Self.argument(title))") }

    /// Paragraphs; one whose lines are all indented is shown as it stands. `isFirst` when a heading is just above.
    mutating func paragraphs(_ paragraphs: String, isFirst: Bool = false) {
        for (index, paragraph) in TextFlow.paragraphs(paragraphs).enumerated() {
            if paragraph.isLiteral {
                if index > 0 || !isFirst { line(".Pp") }
                literal(paragraph.text)
            } else {
                if index > 0 || !isFirst { line(".Pp") }
                prose(paragraph.text)
            }
        }
    }

    /// One paragraph, a sentence a line, as mdoc wants it.
    mutating func prose(_ text: String) {
        var sentence = ""
        for word in text.split(whereSeparator: { $0 == " " || $0.isNewline }) {
            // A line of input may be long, but a reader of the source is glad of short ones.
            if sentence.count + word.count > 76 { flush(&sentence) }
            sentence += sentence.isEmpty ? word : " " + word
            if word.count > 2, let last = word.last, ".?!".contains(last), !word.hasSuffix("e.g.") { flush(&sentence) }
        }
        flush(&sentence)
    }

    mutating func literal(_ text: String) {
        line(".Bd -literal -offset indent")
        for row in text.split(separator: "\n", omittingEmptySubsequences: false) { line(Self.plain(String(row))) }
        line(".Ed")
    }

    /// Terms (macro lines without `.It`, see `flag` and `literal(term:)`) and what they mean.
    mutating func tagged(_ entries: [(term: String, text: String)], width: String = "Ds") {
        guard !entries.isEmpty else { return }
        line(".Bl -tag -width \(width)")
        for entry in entries {
            line(".It \(entry.term)")
            prose(entry.text)
        }
        line(".El")
    }

    mutating func line(_ text: String) { self.text += text + "\n" }

    private mutating func flush(_ sentence: inout String) {
        if !sentence.isEmpty { line(Self.plain(sentence)) }
        sentence = ""
    }

    /// Text that is no request: backslashes, leading points and quotes are made harmless.
    static func plain(_ text: String) -> String {
        let escaped = escape(text)
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }

    /// One argument of a macro: quoted, and never taken for a macro itself.
    static func argument(_ text: String) -> String {
        let escaped = escape(text).replacing("\"", with: "\\(dq")
        let looksLikeMacro = escaped.count <= 3 && escaped.first?.isUppercase == true
        let isPunctuation = escaped.count == 1 && escaped.first?.isLetter == false && escaped.first?.isNumber == false
        let guarded = looksLikeMacro || isPunctuation ? "\\&" + escaped : escaped
        return guarded.contains(" ") ? "\"\(guarded)\"" : guarded
    }

    private static func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\e"
            case "`": result += "\\(ga"
            case "~": result += "\\(ti"
            case "^": result += "\\(ha"
            case "\t": result += "    "
            default:
                if scalar.isASCII {
                    result.unicodeScalars.append(scalar)
                } else {
                    result += "\\[u" + VisibleText.hex(scalar.value, 4).uppercased() + "]"
                }
            }
        }
        return result
    }
}

extension InputShape {
    /// The term of a tagged list: `Fl o , Fl -output Ar FORMAT`.
    var mdocTerm: String {
        if isArgument { return "Ar \(MdocText.argument(name))" }
        let names = short.map { "Fl \($0) , " } ?? ""
        let value = takesValue ? " Ar \(MdocText.argument(placeholder))" : ""
        return names + "Fl -\(isNegatable ? "no-" : "")\(name)" + value
    }
}
