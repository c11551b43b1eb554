/// Words as bash has them while a line is being typed: quoted, and split at `=`, `:` and `@`.
struct ShellWords: Sendable, Equatable {
    /// The words before the one being typed, without quotes.
    var before: [String] = []
    /// The word being typed, without quotes.
    var current = ""
    /// What bash keeps of it: its candidates replace only the rest.
    var kept = ""
    /// Whether the word began with a quote, which bash closes itself.
    var isQuoted = false

    /// - Parameters:
    ///   - words: `COMP_WORDS` without the program's name.
    ///   - cursor: the place of the word being typed.
    init(_ words: [String], cursor: Int) {
        let pieces = Array(words.prefix(max(0, cursor) + 1)) + (cursor >= words.count ? [""] : [])
        var joined: [(text: String, kept: String)] = []
        var joinsNext = false
        for piece in pieces {
            let isBreak = !piece.isEmpty && piece.allSatisfy { "=:@".contains($0) }
            let last = isBreak || joinsNext ? joined.popLast() : nil
            let whole = (last?.text ?? "") + piece
            // Bash replaces what is behind a '=' or ':', but the '@' itself too: it takes that for a host's name.
            let kept = isBreak ? String(piece.last == "@" ? whole.dropLast() : whole[...]) : last?.kept ?? ""
            joined.append((whole, kept))
            joinsNext = isBreak
        }
        guard let last = joined.popLast() else { return }
        before = joined.map { Self.unquoted($0.text) }
        current = Self.unquoted(last.text)
        kept = Self.unquoted(last.kept)
        isQuoted = last.text.first == "\"" || last.text.first == "'"
    }

    /// Without quotes and backslashes, be the quote still open or not.
    static func unquoted(_ text: String) -> String {
        var result = ""
        var quote: Character?
        var isEscaped = false
        for character in text {
            if isEscaped {
                result.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "\"" || character == "'" {
                quote = character
            } else {
                result.append(character)
            }
        }
        return result
    }

    /// With a backslash before everything that means something to bash.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            let isPlain = character.isLetter || character.isNumber || "_-./,:=@%+^".contains(character)
            result += isPlain ? "\(character)" : "\\\(character)"
        }
        return result
    }
}
