/// What a job runs.
package enum JobCommand: Sendable, Hashable {
    /// A program and its arguments, without a shell: nothing is expanded.
    case arguments([String])
    /// A text for `/bin/sh -c`.
    case shell(String)

    /// What is executed.
    package var words: [String] {
        switch self {
        case .arguments(let words): words
        case .shell(let text): ["/bin/sh", "-c", text]
        }
    }
}

extension JobCommand: CustomStringConvertible {
    /// For people: words that a shell would take apart are quoted.
    package var description: String {
        switch self {
        case .shell(let text): text
        case .arguments(let words): words.map(Self.quoted).joined(separator: " ")
        }
    }

    /// As one word for a shell.
    static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "%+,-./:=@_".utf8.contains(byte)
            }
        }
        guard word.isEmpty || !isPlain else { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }

    /// The word that `quoted` makes this of; nil for anything else.
    static func unquoted(_ text: Substring) -> String? {
        guard text.hasPrefix("'"), text.hasSuffix("'"), text.count >= 2 else {
            return quoted(String(text)) == text ? String(text) : nil
        }
        let parts = text.dropFirst().dropLast().split(separator: #"'\''"#, omittingEmptySubsequences: false)
        let word = parts.joined(separator: "'")
        return quoted(word) == text ? word : nil
    }
}
