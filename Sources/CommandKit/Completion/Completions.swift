/// What can stand at the place of the cursor.
package struct Completions: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case words
        /// Words after which no space is wanted.
        case parts
        /// Bash itself completes names of files; the one candidate is what was typed.
        case files
        case directories
    }

    package var kind: Kind
    /// Whole words; of files, what was typed.
    package var candidates: [String]

    /// Words that begin with what was typed.
    static func words(_ words: some Sequence<String>, _ typed: String) -> Completions {
        Completions(kind: .words, candidates: words.filter { $0.hasPrefix(typed) })
    }
}
