import DebVisorCore
import Foundation
import GRDB
import Platform
import Storage

@testable import Alerts

/// A clock that a test sets.
final class TestClock: WallClock {
    private let time: Locked<Int64>

    init(_ start: Timestamp) { time = Locked(start.milliseconds) }

    func now() -> Timestamp { Timestamp(milliseconds: time.withLock { $0 }) }
    func advance(seconds: Int64) { time.withLock { $0 += seconds * 1000 } }
}

/// A state directory of one test's own with an alert store.
final class AlertFixture {
    /// A Monday, 00:00 UTC.
    static let start = Timestamp(milliseconds: 1_700_438_400_000)

    let state: StateDirectory
    private(set) var store: AlertStore
    let clock = TestClock(start)

    init() throws {
        state = StateDirectory("/tmp/debvisor-alerts-\(UInt64.random(in: .min ... .max))")
        store = AlertStore(try Store.open(AlertStore.store, in: state))
    }

    deinit { try? FileManager.default.removeItem(atPath: state.path) }

    /// As another process would find it.
    func reopen() throws {
        try store.store.close()
        store = AlertStore(try Store.open(AlertStore.store, in: state))
    }

    static func at(_ minutes: Double) -> Timestamp { start.adding(milliseconds: Int64(minutes * 60_000)) }

    static func series(_ name: String = "a", object: String? = nil, host: String? = nil) -> AlertSeries {
        AlertSeries(
            id: "series-\(name)", metric: "load", tags: ["guest": name], text: "load{guest=\"\(name)\"}",
            object: object,
            host: host)
    }

    /// One value of one series at a minute, looked at then.
    @discardableResult
    func see(
        _ value: Double, at minutes: Double, _ name: String = "a", rule: String = "high",
        severity: AlertSeverity? = nil, object: String? = nil, host: String? = nil
    ) throws -> EvaluationReport {
        let time = Self.at(minutes)
        let series = Self.series(name, object: object, host: host)
        return try store.evaluate(
            [Observation(rule: rule, series: series, value: value, time: time, severity: severity)], at: time)
    }

    @discardableResult
    func look(at minutes: Double) throws -> EvaluationReport { try store.evaluate([], at: Self.at(minutes)) }

    func id(_ name: String = "a", rule: String = "high") -> String {
        AlertID(rule: rule, series: "series-\(name)").text
    }

    func alert(_ name: String = "a", rule: String = "high") throws -> Alert? {
        do { return try store.alert(id(name, rule: rule)) } catch let fault as Fault where fault.kind == .notFound {
            return nil
        }
    }

    func status(_ name: String = "a", rule: String = "high") throws -> AlertStatus? {
        try alert(name, rule: rule)?.status
    }

    /// Notices by state: `firing waiting`.
    func notices() throws -> [String] {
        try store.store.read { database in
            try String.fetchAll(database, sql: "SELECT kind || ' ' || state FROM deliveries ORDER BY id")
        }
    }

    /// Everything that a restart must not change.
    func dump() throws -> [String] {
        try store.store.read { database in
            try ["alerts", "history", "deliveries", "silences"].flatMap { table in
                // By SQLite itself, which is much quicker than a row's own description.
                let columns = try database.columns(in: table).map { "quote(\($0.name))" }.joined(
                    separator: " || ' ' || ")
                return try String.fetchAll(
                    try database.cachedStatement(sql: "SELECT '\(table) ' || \(columns) FROM \(table) ORDER BY id"))
            }
        }
    }
}

/// Keeps what it is given, and fails as often as it is told to.
final class KeepingSender: NotificationSender {
    let messages = Locked<[NotificationMessage]>([])
    let failures: Locked<[Fault]>

    init(failing failures: [Fault] = []) { self.failures = Locked(failures) }

    @discardableResult
    func send(
        _ message: NotificationMessage, to target: NotifierTarget, within limit: Duration
    ) throws -> String? {
        let failure = failures.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if let failure { throw failure }
        messages.withLock { $0.append(message) }
        return nil
    }

    /// `firing high/a, resolved high/b` of each message.
    var lines: [String] {
        messages.withLock { messages in
            messages.map { message in
                message.entries.map { "\($0.kind) \($0.rule)/\($0.tags["guest"] ?? "")" }.joined(separator: ", ")
            }
        }
    }
}
