/// Sorts words into options and operands by the rules of `InputTable`; goes on after a mistake, so that `--help` and
/// `--output` are heard in any case.
struct WordScanner {
    let table: InputTable
    /// Places of unknown options that take the next word.
    var swallowing: Set<Int> = []

    func scan(_ words: [String]) -> ScannedLine {
        var line = ScannedLine()
        var place = 0
        while place < words.count {
            let word = words[place]
            if line.isTerminated || word == "-" || !word.hasPrefix("-") || isNegativeNumber(word) {
                line.operands.append(.init(text: word, position: place))
            } else if word == "--" {
                line.isTerminated = true
            } else if word.hasPrefix("--") {
                scanLong(word, words, &place, &line)
            } else {
                scanCluster(word, words, &place, &line)
            }
            place += 1
        }
        return line
    }

    private func scanLong(_ word: String, _ words: [String], _ place: inout Int, _ line: inout ScannedLine) {
        let body = word.dropFirst(2)
        let equals = body.firstIndex(of: "=")
        let name = String(body[..<(equals ?? body.endIndex)])
        let value = equals.map { String(body[body.index(after: $0)...]) }
        guard let (shape, isNegated) = table.option(name) else {
            return noteUnknown("--" + name, hasValue: value != nil, words, &place, &line)
        }
        if shape.takesValue {
            takeValue(value, of: shape, "--" + name, words, &place, &line)
        } else if value != nil {
            line.failures.append(Failure(.usage, "option '--\(name)' takes no value"))
        } else {
            line.add(isNegated ? .off : .on, to: shape)
        }
    }

    private func scanCluster(_ word: String, _ words: [String], _ place: inout Int, _ line: inout ScannedLine) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let shape = table.option(letter) else {
                return noteUnknown("-\(letter)", hasValue: !letters.isEmpty, words, &place, &line)
            }
            if shape.takesValue {
                let value = letters.isEmpty ? nil : String(letters)
                return takeValue(value, of: shape, "-\(letter)", words, &place, &line)
            }
            line.add(.on, to: shape)
        }
    }

    private func takeValue(
        _ attached: String?, of shape: InputShape, _ spelling: String, _ words: [String], _ place: inout Int,
        _ line: inout ScannedLine
    ) {
        if let attached { return line.add(.text(attached), to: shape) }
        if shape.isHelp, place + 1 == words.count || words[place + 1].hasPrefix("-") { return line.add(.on, to: shape) }
        guard place + 1 < words.count else {
            line.open = shape
            line.failures.append(Failure(.usage, "option '\(spelling)' needs a value"))
            return
        }
        let next = words[place + 1]
        guard next == "-" || !next.hasPrefix("-") || isNegativeNumber(next) else {
            let hint = "write --\(shape.name)=\(shape.placeholder) for a value that begins with '-'"
            line.failures.append(Failure(.usage, "option '\(spelling)' needs a value", hint: hint))
            return
        }
        place += 1
        line.add(.text(next), to: shape)
    }

    private func noteUnknown(
        _ spelling: String, hasValue: Bool, _ words: [String], _ place: inout Int, _ line: inout ScannedLine
    ) {
        let near = spelling.hasPrefix("--") ? Suggestion.closest(to: spelling, among: table.spellings) : nil
        line.failures.append(
            Failure(.usage, "unknown option '\(spelling)'", hint: near.map { "did you mean '\($0)'?" }))
        guard !hasValue, place + 1 < words.count, !words[place + 1].hasPrefix("-") else { return }
        line.uncertain.append(place)
        if swallowing.contains(place) { place += 1 }
    }

    /// `-5`, `-1.5`, `-.5`, unless a short option is called like its digit.
    private func isNegativeNumber(_ word: String) -> Bool {
        let rest = word.dropFirst()
        guard word.hasPrefix("-"), let first = rest.first else { return false }
        let digits = first == "." ? rest.dropFirst() : rest
        guard let digit = digits.first, digit.isASCII, digit.isNumber else { return false }
        return table.option(first) == nil
    }
}
