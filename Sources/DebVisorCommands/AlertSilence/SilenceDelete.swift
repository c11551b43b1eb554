import Alerts
import CommandKit
import DebVisorCore

/// `debvisor alert silence delete`
struct SilenceDelete: ChangingCommand {
    static let info = CommandInfo(
        "delete", aliases: ["rm", "expire"], "End silences before their time",
        discussion: """
            What they hid and still fires shows at once, and is told. The silence itself stays on record.
            """,
        examples: [Example("debvisor alert silence delete 1", "show what it hides", prints: "deleted")],
        statuses: .ofAStore + [.notFound], prints: SilenceRecord.self)

    struct Inputs: InputSet {
        let ids = Arguments("ID", .silence, atLeast: 1, help: "Numbers of silences")
        let missingOK = Flag("missing-ok", help: "It is no error if one is not there")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        var found: [Silence] = []
        for id in Set(args.ids).sorted() {
            do { found += try context.silences([id]) } catch let fault as Fault
                where fault.kind == .notFound && args.missingOK
            { continue }
        }
        let now = context.clock.now()
        let store = try context.existingAlertStore()
        let known = try store?.records(of: found, at: now) ?? []
        let steps = known.filter { $0.silence.isActive(at: now) }.map { record in
            Step(
                "end", "silence \(record.silence.id)",
                detail:
                    "\(record.silence.matchers.map(\.description).joined(separator: " ")): it hides \(record.alerts.count)"
            )
        }
        let ids = found.map(\.id)
        return Plan(steps, idle: .list(known)) { _ in
            let (store, now) = (try context.alertStore(), context.clock.now())
            for id in ids { try store.deleteSilence(id, at: now) }
            return .list(try store.records(of: try ids.map { try store.silence($0) }, at: now))
        }
    }
}
