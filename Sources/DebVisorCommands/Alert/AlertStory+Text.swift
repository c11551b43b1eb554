import Alerts
import CommandKit
import DebVisorCore

extension AlertStory {
    /// For a person.
    ///
    ///     critical, firing since 2026-11-25T02:10:00Z: disk-full (3e4…)
    ///     vda of web01 is 97 % full
    ///
    ///       the rule looks for node_used_percent above 95 %, for 5 min
    ///       …
    var text: String {
        var lines = [
            "\(alert.severity), \(alert.status) since \(alert.since): \(alert.rule) (alert \(alert.id))", alert.message,
            "",
        ]
        lines += sentences.map { "  \($0)" }
        if !notices.isEmpty { lines += ["", "notices, the newest first"] + notices.map { "  \(Self.line($0))" } }
        lines += ["", "history, the newest first"] + events.map { "  \(Self.line($0))" }
        return lines.map(AlertTexts.plain).joined(separator: "\n") + "\n"
    }

    /// Why, and how it stands.
    var sentences: [String] {
        var sentences = [rule.map { "the rule looks for \($0.life)" } ?? "its rule was deleted"]
        sentences.append("series \(alert.series.text)" + (alert.series.object.map { ", of \($0)" } ?? ""))
        let threshold = alert.threshold.map { ", threshold \(unit.text($0))" } ?? ""
        sentences.append("\(unit.text(alert.value)) at \(alert.sampleAt)\(threshold)")
        sentences.append(
            "\(alert.count) \(alert.count == 1 ? "sample" : "samples") beyond it from \(alert.firstSeenAt) to "
                + "\(alert.lastSeenAt), \(unit.text(alert.peak)) at worst")
        if alert.episode > 1 { sentences.append("this is its episode \(alert.episode)") }
        sentences += state
        if alert.isFalseAlarm { sentences.append("somebody said that it was a false alarm") }
        if notices.isEmpty { sentences.append("nobody was told of it") }
        return sentences
    }

    private var state: [String] {
        var sentences: [String] = []
        switch alert.status {
        case .pending: sentences.append("it does not fire yet: it must hold for longer")
        case .firing: sentences.append("nobody has acknowledged it")
        case .nodata: sentences.append("no sample since \(alert.sampleAt): nobody knows whether it is over")
        case .flapping: sentences.append("it changes too often: nobody is told of each change until it is calm")
        case .resolved: sentences.append("it is over")
        case .acknowledged, .suppressed: break
        }
        if let acknowledgement = alert.acknowledgement {
            let end = acknowledgement.until.map { " until \($0)" } ?? ""
            let note = acknowledgement.note.map { ": \($0)" } ?? ""
            sentences.append("\(acknowledgement.by) looks after it since \(acknowledgement.at)\(end)\(note)")
        }
        if let cause = alert.suppressedBy { sentences.append("hidden by \(cause)") }
        return sentences
    }

    private static func line(_ notice: AlertNotice) -> String {
        let tries = notice.attempts > 1 ? ", tried \(notice.attempts) times" : ""
        let problem = notice.problem.map { ": \($0)" } ?? ""
        let next = notice.dueAt.map { ", due \($0)" } ?? ""
        let time = notice.endedAt ?? notice.createdAt
        return "\(time)  \(notice.kind) to \(notice.notifier): \(notice.state)\(tries)\(next)\(problem)"
    }

    private static func line(_ event: AlertEvent) -> String {
        "\(event.at)  \(event.to), by \(event.actor): \(event.reason)"
    }
}
