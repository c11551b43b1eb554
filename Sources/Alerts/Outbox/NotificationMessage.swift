package import DebVisorCore
import Foundation

/// One alert in a notice, as it was when the notice was written.
package struct NoticeEntry: Sendable, Hashable, Codable {
    package var id: String
    package var rule: String
    package var metricName: String
    package var series: String
    package var tags: [String: String]
    package var host: String?
    package var severity: AlertSeverity
    package var status: AlertStatus
    package var kind: NoticeKind
    /// nil: it is no number that JSON could write.
    package var value: Double?
    package var threshold: Double?
    package var peak: Double?
    package var count: Int
    package var episode: Int
    package var firstSeenAt: String
    package var lastSeenAt: String
    package var message: String
    /// The same for every attempt to send this of this alert.
    package var key: String

    private enum CodingKeys: String, CodingKey {
        case id, rule, series, tags, host, severity, status, kind, value, threshold, peak, count, episode, message, key
        case metricName = "metric_name"
        case firstSeenAt = "first_seen_at"
        case lastSeenAt = "last_seen_at"
    }

    init(_ alert: Alert, _ kind: NoticeKind, key: String) {
        func number(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
        (id, rule, metricName, series) = (alert.id.text, alert.rule, alert.series.metric, alert.series.text)
        (tags, host, severity, status) = (alert.series.tags, alert.series.host, alert.severity, alert.status)
        (value, threshold, peak) = (number(alert.value), number(alert.threshold), number(alert.peak))
        (count, episode, message) = (alert.count, alert.episode, alert.message)
        (firstSeenAt, lastSeenAt) = (alert.firstSeenAt.description, alert.lastSeenAt.description)
        (self.kind, self.key) = (kind, key)
    }

    /// `critical: disk-full: vda of web01 is 97 % full`.
    var line: String {
        let word =
            switch kind {
            case .resolved: "resolved"
            case .flapping: "\(severity.rawValue), flapping"
            case .reminder: "\(severity.rawValue), still"
            case .firing, .raised: severity.rawValue
            }
        return "\(word): \(rule): \(message)"
    }
}

/// What is sent: alerts of one host and cause to one notifier.
package struct NotificationMessage: Sendable, Hashable {
    /// The same for every attempt to send these: who gets it twice can tell.
    package let key: String
    package let notifier: String
    package let host: String?
    package let entries: [NoticeEntry]
    /// Counted from 1.
    package let attempt: Int
    package let isTest: Bool

    init(key: String, notifier: String, _ entries: [NoticeEntry], attempt: Int, isTest: Bool = false) {
        (self.key, self.notifier, self.entries, self.attempt) = (key, notifier, entries, attempt)
        host = entries.first?.host
        self.isTest = isTest
    }

    /// Says that notices arrive.
    package static func test(_ notifier: String, at now: Timestamp) -> NotificationMessage {
        let series = AlertSeries(id: "test", metric: "debvisor_test")
        var row = AlertRow(rule: "test", series: series, at: now)
        row.state.message = "this is a test of notifier '\(notifier)'; nothing is wrong"
        row.state.phase = .firing
        let key = Fingerprint.of(["test", notifier, now.exactDescription])
        return NotificationMessage(
            key: key, notifier: notifier, [NoticeEntry(row.alert, .firing, key: key)], attempt: 1, isTest: true)
    }

    package var worst: AlertSeverity { entries.map(\.severity).max() ?? .info }

    /// One line, without control characters.
    package var subject: String {
        let first = entries.first?.line ?? ""
        let more = entries.count > 1 ? " and \(entries.count - 1) more" : ""
        let place = host.map { " [\($0)]" } ?? ""
        let line = "debvisor\(place) \(first)\(more)"
        return String(String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
    }

    /// A line for each alert, and where to read on.
    package var text: String {
        let lines = entries.map { entry in
            "\(entry.line)\n  \(entry.series), since \(entry.firstSeenAt), \(entry.count) times, peak "
                + "\(entry.peak.map(Words.number) ?? "?"); see 'debvisor alert show \(entry.id)'"
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One object: `key`, `notifier`, `host`, `attempt`, `test`, `severity`, `subject`, `text`, `alerts`.
    package func json() throws -> [UInt8] {
        struct Body: Encodable {
            var key, notifier: String
            var host: String?
            var attempt: Int
            var test: Bool
            var severity: AlertSeverity
            var subject, text: String
            var alerts: [NoticeEntry]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(
            try encoder.encode(
                Body(
                    key: key, notifier: notifier, host: host, attempt: attempt, test: isTest, severity: worst,
                    subject: subject, text: text, alerts: entries)))
    }
}
