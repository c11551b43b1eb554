package import DebVisorCore

/// Alerts that nobody is to be told of for a while.
package struct Silence: Sendable, Hashable {
    /// 0: not stored yet.
    package var id: Int64
    /// Alerts that match all of these.
    package var matchers: [LabelMatcher]
    package var author: String
    package var reason: String
    package var createdAt: Timestamp
    package var endsAt: Timestamp
    /// When somebody ended it before its time.
    package var deletedAt: Timestamp?

    /// - Throws: `usage` without a matcher, an author or a reason, and for an end that has passed.
    package init(
        _ matchers: [LabelMatcher], author: String, reason: String, from now: Timestamp, until end: Timestamp
    ) throws {
        guard !matchers.isEmpty else {
            throw Fault(.usage, "a silence of everything is refused", hint: "say what it hides: 'rule=…', 'host=…'")
        }
        guard !author.isEmpty, !reason.isEmpty else {
            throw Fault(.usage, "a silence says who wants it and why", hint: "give an author and a reason")
        }
        guard end > now else {
            throw Fault(.usage, "the silence would end at \(end), which has passed", hint: "give a time ahead")
        }
        (id, self.matchers, self.author, self.reason) = (0, matchers, author, reason)
        (createdAt, endsAt, deletedAt) = (now, end, nil)
    }

    init(id: Int64, _ matchers: [LabelMatcher], _ author: String, _ reason: String, _ times: (Int64, Int64, Int64?)) {
        (self.id, self.matchers, self.author, self.reason) = (id, matchers, author, reason)
        (createdAt, endsAt) = (Timestamp(milliseconds: times.0), Timestamp(milliseconds: times.1))
        deletedAt = times.2.map(Timestamp.init(milliseconds:))
    }

    package func isActive(at now: Timestamp) -> Bool { endsAt > now && deletedAt == nil }

    /// As the cause of a suppression.
    var cause: String { "silence \(id) by \(author): \(reason)" }
}
