import Alerts
import CommandKit
import DebVisorCore

/// A silence, and what it hides now.
struct SilenceRecord: Record {
    var silence: Silence
    var now: Timestamp
    /// Open alerts that it matches; none of one that has ended.
    var alerts: [AlertID]

    enum State: String, CaseIterable { case active, expired, deleted }

    private var state: State {
        silence.deletedAt != nil ? .deleted : silence.isActive(at: now) ? .active : .expired
    }

    static var fields: [Field<SilenceRecord>] {
        [
            .string("id", "Number of the silence, never used again") { "\($0.silence.id)" },
            .choice("state", "Whether it hides anything: deleted ones were ended by somebody before their time") {
                $0.state
            },
            .timestamp("ends_at", "When it ends by itself", column: "ENDS") { $0.silence.endsAt.milliseconds },
            .string("author", "Who wants it", column: "BY") { $0.silence.author },
            .int("hides", "How many open alerts it matches now") { $0.alerts.count },
            .strings("matchers", "It hides alerts that match all of these") { $0.silence.matchers.map(\.description) },
            .string("comment", "Why") { $0.silence.reason },
            .strings("alert_ids", "The alerts that it matches now", column: .none) { $0.alerts.map(\.text) },
            .timestamp("created_at", "When it was added", column: .none) { $0.silence.createdAt.milliseconds },
            .timestamp("deleted_at", "When somebody ended it before its time", column: .none) {
                $0.silence.deletedAt?.milliseconds
            },
        ]
    }
}

extension AlertStore {
    /// Silences with what they match now.
    func records(of silences: [Silence], at now: Timestamp) throws -> [SilenceRecord] {
        let matches = try matches(of: silences.filter { $0.isActive(at: now) })
        return silences.map { SilenceRecord(silence: $0, now: now, alerts: matches[$0.id] ?? []) }
    }
}

extension ValueType where Value == Int64 {
    /// The number of a silence.
    static var silence: ValueType {
        ValueType(placeholder: "ID", completion: .object(ObjectKind.silence)) { text throws(ValueError) in
            guard let number = Int64(text), number > 0 else { throw ValueError("must be the number of a silence") }
            return number
        }
    }
}

extension AppContext {
    /// The store with silences that must be there. - Throws: `notFound`.
    func silences(_ ids: [Int64]) throws -> [Silence] {
        guard let store = try existingAlertStore() else {
            throw Fault(
                .notFound, "there is no silence \(ids.first.map(String.init) ?? "")",
                hint: "see them with: debvisor alert silence list --all")
        }
        var found: [Silence] = []
        for id in ids where !found.contains(where: { $0.id == id }) { found.append(try store.silence(id)) }
        return found
    }
}
