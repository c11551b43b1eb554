import DebVisorCore
import Foundation
import GRDB

/// An alert as a row of `alerts`: its state, and what it is of.
struct AlertRow {
    /// nil: not stored yet.
    var id: Int64?
    let rule: String
    var series: AlertSeries
    var state: AlertState

    var fingerprint: AlertID { AlertID(rule: rule, series: series.id) }

    static let selection = "SELECT * FROM alerts "

    init(rule: String, series: AlertSeries, at time: Timestamp) {
        (self.rule, self.series, state) = (rule, series, AlertState(at: time))
    }

    init(_ row: Row) throws {
        id = row["id"]
        rule = row["rule"]
        series = AlertSeries(
            id: row["series_id"], metric: row["metric"],
            tags: StoredTags.decode(row["tags"]), text: row["series"],
            object: row["object"], host: row["host"])
        var state = AlertState(at: Self.time(row["sample_at"]))
        state.phase = try Self.word(row["phase"])
        state.severity = try Self.word(row["severity"])
        (state.episode, state.count, state.reminders) = (row["episode"], row["n"], row["reminders"])
        (state.value, state.threshold, state.peak) = (row["value"], row["threshold"], row["peak"])
        (state.firstSeenAt, state.lastSeenAt) = (Self.time(row["first_seen_at"]), Self.time(row["last_seen_at"]))
        (state.pendingSince, state.clearSince) = (Self.moment(row["pending_since"]), Self.moment(row["clear_since"]))
        (state.firedAt, state.toldAt) = (Self.moment(row["fired_at"]), Self.moment(row["told_at"]))
        state.since = Self.time(row["since"])
        (state.message, state.suppressedBy) = (row["message"], row["suppressed_by"])
        (state.isWithoutData, state.isFlapping) = (row["is_without_data"], row["is_flapping"])
        state.isFalse = row["is_false"]
        state.changes = (row["changes"] as String).split(separator: ",").compactMap { Int64($0) }
            .map(Timestamp.init(milliseconds:))
        if let by = row["ack_by"] as String?, let at = Self.moment(row["ack_at"]) {
            state.acknowledgement = Acknowledgement(
                by: by, at: at, until: Self.moment(row["ack_until"]), note: row["ack_note"])
        }
        self.state = state
    }

    private static func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }
    private static func moment(_ milliseconds: Int64?) -> Timestamp? { milliseconds.map(Timestamp.init(milliseconds:)) }

    static func word<Word: RawRepresentable>(_ text: String) throws -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: text) else {
            throw Fault(
                .attention, "the alert store has '\(text)', which this version does not know",
                hint: AlertStore.recovery)
        }
        return word
    }

    var alert: Alert {
        Alert(
            id: fingerprint, rule: rule, series: series, severity: state.severity, status: state.status,
            value: state.value, threshold: state.threshold, peak: state.peak, count: state.count,
            episode: state.episode, firstSeenAt: state.firstSeenAt, lastSeenAt: state.lastSeenAt,
            sampleAt: state.sampleAt, firedAt: state.firedAt, since: state.since, message: message,
            acknowledgement: state.acknowledgement, suppressedBy: state.suppressedBy,
            isFalseAlarm: state.isFalse, callsForSomebody: state.callsForSomebody)
    }

    private var message: String {
        guard state.message.isEmpty else { return state.message }
        let level = state.threshold.map { ", threshold \(Words.number($0))" } ?? ""
        return "\(series.text) is \(Words.number(state.value))\(level)"
    }

    /// What silences and notifiers match.
    var labels: [String: String] { Self.labels(series, rule: rule, severity: state.severity.rawValue) }

    /// The same of a row that need not be read otherwise.
    static func labels(_ row: Row) -> [String: String] {
        let series = AlertSeries(
            id: "", metric: row["metric"], tags: StoredTags.decode(row["tags"]), object: row["object"],
            host: row["host"])
        return labels(series, rule: row["rule"], severity: row["severity"])
    }

    private static func labels(_ series: AlertSeries, rule: String, severity: String) -> [String: String] {
        series.tags.merging(
            [
                "rule": rule, "metric": series.metric, "severity": severity, "object": series.object ?? "",
                "host": series.host ?? series.tags["host"] ?? "",
            ]
        ) { $1 }
    }
}

extension AlertRow {
    private static let columns = [
        "fingerprint", "rule", "series_id", "metric", "tags", "series", "object", "host", "status", "phase", "severity",
        "rank", "episode", "value", "threshold", "peak", "n", "sample_at", "first_seen_at", "last_seen_at",
        "pending_since",
        "clear_since", "fired_at", "since", "message", "is_without_data", "is_flapping", "changes", "ack_by", "ack_at",
        "ack_until", "ack_note", "suppressed_by", "told_at", "reminders", "is_false",
    ]

    private static let insertion = """
        INSERT INTO alerts (\(columns.joined(separator: ", ")))
        VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
        """
    private static let update = """
        UPDATE alerts SET \(columns.map { "\($0) = ?" }.joined(separator: ", ")) WHERE id = ?
        """

    private func values() -> [(any DatabaseValueConvertible)?] {
        let ack = state.acknowledgement
        return [
            fingerprint.text, rule, series.id, series.metric, StoredTags.encode(series.tags), series.text,
            series.object, series.host, state.status.rawValue, state.phase.rawValue, state.severity.rawValue,
            state.urgency, state.episode, state.value, state.threshold, state.peak, state.count,
            state.sampleAt.milliseconds,
            state.firstSeenAt.milliseconds, state.lastSeenAt.milliseconds, state.pendingSince?.milliseconds,
            state.clearSince?.milliseconds, state.firedAt?.milliseconds, state.since.milliseconds, state.message,
            state.isWithoutData, state.isFlapping,
            state.changes.map { "\($0.milliseconds)" }.joined(separator: ","), ack?.by, ack?.at.milliseconds,
            ack?.until?.milliseconds, ack?.note, state.suppressedBy, state.toldAt?.milliseconds, state.reminders,
            state.isFalse,
        ]
    }

    /// Writes it; a new one gets its id.
    mutating func save(_ database: Database) throws {
        if let id {
            try database.cachedStatement(sql: Self.update).execute(arguments: StatementArguments(values() + [id]))
        } else {
            try database.cachedStatement(sql: Self.insertion).execute(arguments: StatementArguments(values()))
            id = database.lastInsertedRowID
        }
    }
}
