import Alerts
import CommandKit

/// A matcher that no alert ever matched: most likely it was mistyped.
struct MatcherSlip {
    private let fact: String
    private let suggestion: String?

    /// nil if each of them matches something, or nothing can be said as there are no alerts yet.
    init?(_ matchers: [LabelMatcher], _ store: AlertStore?) throws {
        guard !matchers.isEmpty, let labels = try store?.labels(), !labels.isEmpty else { return nil }
        for matcher in matchers where [.equals, .matches].contains(matcher.comparison) {
            let filter = LabelFilter([matcher])
            guard let values = labels[matcher.name] else {
                fact = "no alert has a label '\(matcher.name)'"
                suggestion = Suggestion.closest(to: matcher.name, among: Array(labels.keys))
                return
            }
            guard !values.contains(where: { value in filter.fits { _ in value } }) else { continue }
            fact = "no alert matches '\(matcher)'"
            suggestion = Suggestion.closest(to: matcher.value, among: values.sorted()).map { "\(matcher.name)=\($0)" }
            return
        }
        return nil
    }

    /// `no alert has a label 'hots', so it hides nothing now; did you mean 'host'?`
    /// - Parameter outcome: what comes of it.
    func sentence(_ outcome: String? = nil) -> String {
        fact + (outcome.map { ", \($0)" } ?? "") + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
    }
}
