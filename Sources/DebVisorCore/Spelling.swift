/// What a person may have meant: the nearest of some words by the Damerau–Levenshtein distance with adjacent
/// transpositions (optimal string alignment).
package enum Spelling {
    /// The nearest word, if at most a third of the typed one is different.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let typed = Array(word.lowercased())
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(typed, Array(candidate.lowercased()))
            if distance * 3 <= max(typed.count, 3), distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }

    static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var older = [Int](repeating: 0, count: b.count + 1)
        var previous = Array(0...b.count)
        for i in a.indices {
            var current = [i + 1]
            for j in b.indices {
                var cost = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, older[j - 1] + 1) }
                current.append(cost)
            }
            (older, previous) = (previous, current)
        }
        return previous[b.count]
    }
}
