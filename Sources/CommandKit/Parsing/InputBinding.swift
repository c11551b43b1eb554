/// Turns what was given on a line into the values of the declared inputs, or into the first thing that is wrong.
struct InputBinding {
    let table: InputTable
    let rules: [RuleShape]

    func values(of line: ScannedLine, operands: [String]) throws(Failure) -> ParsedValues {
        if let failure = line.failures.first { throw failure }
        var given = line.given
        for (key, texts) in try distribute(operands) { given[key] = texts.map { .text($0) } }
        var values = ParsedValues()
        for shape in table.all {
            let words = given[shape.key] ?? []
            if words.isEmpty, shape.isRequired { throw missing(shape) }
            values.set(shape, to: try bind(shape, words), isGiven: !words.isEmpty)
        }
        for rule in rules { try check(rule.relation, rule.shapes, values) }
        return values
    }

    private func bind(_ shape: InputShape, _ words: [GivenValue]) throws(Failure) -> any Sendable {
        do {
            return try shape.bind(words)
        } catch {
            // Of several words, the first that is refused alone is to blame.
            let culprit = words.first { (try? shape.bind([$0])) == nil } ?? words.last
            let shown = VisibleText.line(culprit?.text ?? "")
            throw Failure(.usage, "invalid value '\(shown)' for \(shape.title): \(error.message)", hint: error.hint)
        }
    }

    /// Gives operands to arguments in order; what later arguments need is kept for them.
    private func distribute(_ operands: [String]) throws(Failure) -> [(key: String, texts: [String])] {
        var rest = operands[...]
        var result: [(key: String, texts: [String])] = []
        for (index, argument) in table.arguments.enumerated() {
            guard case .argument(let count) = argument.kind else { continue }
            let later = table.arguments[(index + 1)...].reduce(0) { $0 + $1.least }
            let take = min(count.upperBound, max(0, rest.count - later))
            guard take >= count.lowerBound else { throw missing(argument) }
            result.append((argument.key, Array(rest.prefix(take))))
            rest = rest.dropFirst(take)
        }
        if let stray = rest.first { throw Failure(.usage, "unexpected argument '\(VisibleText.line(stray))'") }
        return result
    }

    private func missing(_ shape: InputShape) -> Failure {
        Failure(.usage, shape.isArgument ? "missing argument \(shape.name)" : "option \(shape.title) is required")
    }

    private func check(
        _ relation: RuleRelation, _ shapes: [InputShape], _ values: ParsedValues
    ) throws(Failure) {
        let given = shapes.filter { values.isGiven($0) }
        let all = shapes.map(\.title)
        switch relation {
        case .conflict, .exactlyOne:
            if given.count > 1 {
                throw Failure(.usage, "\(given[0].title) and \(given[1].title) exclude each other")
            }
            if relation == .exactlyOne, given.isEmpty { throw Failure(.usage, "give one of \(listed(all, "or"))") }
        case .atLeastOne:
            if given.isEmpty { throw Failure(.usage, "give at least one of \(listed(all, "or"))") }
        case .requires:
            guard let first = shapes.first, values.isGiven(first) else { return }
            if let absent = shapes.dropFirst().first(where: { !values.isGiven($0) }) {
                throw Failure(.usage, "\(first.title) needs \(absent.title) too")
            }
        }
    }
}

extension InputShape {
    /// How many words an argument needs.
    fileprivate var least: Int {
        if case .argument(let count) = kind { count.lowerBound } else { 0 }
    }
}

/// `a, b or c`.
func listed(_ words: [String], _ conjunction: String) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
}
