extension InputShape {
    /// How it is typed, without its short form: `--keep N`, `--no-header`, `[VM]...`.
    var usage: String {
        switch kind {
        case .argument(let count):
            let more = count.upperBound > 1 ? "\(name)..." : name
            return count.lowerBound == 0 ? "[\(more)]" : more
        case .option: return "--\(name) \(placeholder)"
        case .flag: return isNegatable ? "--no-\(name)" : "--\(name)"
        case .count: return "--\(name)"
        }
    }

    /// The term of help: `-o, --output FORMAT`.
    var term: String {
        if isArgument { return name }
        return (short.map { "-\($0), " } ?? "    ") + usage
    }

    /// The explanation of help, with choices and default.
    var explanation: String {
        var text = help
        let choices = completion.choices
        if !choices.isEmpty, !choices.allSatisfy({ mentions($0) }) {
            text += " (\(choices.joined(separator: ", ")))"
        }
        if let defaultText { text += defaultText.isEmpty ? " [default: empty]" : " [default: \(defaultText)]" }
        if isRequired, !isArgument { text += " [required]" }
        if case .option(repeats: true) = kind { text += " [repeatable]" }
        return text
    }

    private func mentions(_ word: String) -> Bool { help.contains(word) || placeholder.contains(word) }
}
