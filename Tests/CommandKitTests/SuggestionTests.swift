import Testing

@testable import CommandKit

@Suite struct SuggestionTests {
    @Test(
        arguments: [
            ("lsit", "list"), ("lis", "list"), ("lists", "list"), ("LIST", "list"), ("strat", "start"),
            ("shwo", "show"),
            ("backpu", "backup"), ("xyz", nil), ("l", nil), ("", nil), ("tsil", nil), ("list", nil),
        ] as [(String, String?)])
    func closest(_ word: String, _ expected: String?) {
        #expect(Suggestion.closest(to: word, among: ["list", "show", "start", "stop", "backup"]) == expected)
    }

    @Test(arguments: [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("kitten", "sitting", 3), ("ca", "abc", 3)])
    func distances(_ a: String, _ b: String, _ distance: Int) {
        #expect(Suggestion.distance(Array(a), Array(b)) == distance)
    }
}
