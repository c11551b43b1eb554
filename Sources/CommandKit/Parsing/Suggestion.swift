/// What a person may have meant.
package enum Suggestion {
    /// The nearest of `candidates` when at most a third of the word is wrong; the first of equals.
    package static func closest(to word: String, among candidates: some Sequence<String>) -> String? {
        let typed = Array(word.lowercased())
        var best: (word: String, distance: Int)?
        for candidate in candidates where candidate != word {
            let wanted = Array(candidate.lowercased())
            let limit = max(typed.count, wanted.count) / 3
            guard abs(typed.count - wanted.count) <= limit else { continue }
            let distance = distance(typed, wanted)
            if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// What to say of a word that names nothing: the nearest name, or else what is given.
    package static func hint(
        for word: String, among candidates: some Sequence<String>, otherwise: @autoclosure () -> String
    ) -> String {
        closest(to: word, among: candidates).map { "did you mean '\($0)'?" } ?? otherwise()
    }

    /// Damerau–Levenshtein with adjacent transpositions ("optimal string alignment").
    static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var beforePrevious = [Int](repeating: 0, count: b.count + 1)
        var previous = Array(0...b.count)
        for i in a.indices {
            var current = [i + 1] + [Int](repeating: 0, count: b.count)
            for j in b.indices {
                let replaced = previous[j] + (a[i] == b[j] ? 0 : 1)
                current[j + 1] = min(replaced, previous[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    current[j + 1] = min(current[j + 1], beforePrevious[j - 1] + 1)
                }
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[b.count]
    }
}
