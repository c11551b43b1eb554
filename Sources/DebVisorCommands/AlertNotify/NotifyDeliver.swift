import Alerts
import CommandKit
import DebVisorCore
import Platform

/// `debvisor alert notify deliver`
struct NotifyDeliver: ChangingCommand {
    static let info = CommandInfo(
        "deliver", "Send what is due in the outbox",
        discussion: """
            'alert run' does the same at its end. Several may be at work at the same time: each notice is sent by one of \
            them. What fails is due again later, each time after a longer pause, until it is given up.
            """,
        examples: [Example("debvisor alert notify deliver", "after an acknowledgement, at once", prints: "delivered")],
        statuses: .ofAStore + [.partial], prints: DeliveryRecord.self)

    func plan(_ args: Parsed<NoInputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let now = context.clock.now()
        let states = try context.existingAlertStore()?.notifierStates(at: now) ?? [:]
        let due = states.values.reduce(0) { $0 + $1.due + $1.claimed }
        let steps = due == 0 ? [] : [Step("send", "\(due) \(due == 1 ? "notice" : "notices")")]
        return Plan(steps, idle: .one(DeliveryRecord(states: states))) { session in
            let store = try context.alertStore()
            let dispatcher = context.dispatcher(store)
            let done = try await session.waiting(for: "whom to tell") {
                try await Worker.run { try dispatcher.deliverDue { !session.isCancelled } }
            }
            let states = try store.notifierStates(at: context.clock.now())
            var report = Report.one(DeliveryRecord(done: done, states: states))
            report.changed = done.delivered + done.failed > 0
            return report.failing(done.problems.map { ItemFailure("outbox", Fault(.failed, $0)) })
        }
    }
}

/// What one look at the outbox did, and what is left in it.
struct DeliveryRecord: Record {
    var done = DeliveryReport()
    var states: [String: NotifierState]

    static var fields: [Field<DeliveryRecord>] {
        [
            .int("delivered", "Messages that went through, each with one or more alerts") { $0.done.delivered },
            .int("failed", "Messages that did not") { $0.done.failed },
            .int("given_up", "Of these, those that are not tried again", column: "GIVEN UP") { $0.done.givenUp },
            .int("waiting", "Notices that are still to be sent") { $0.states.values.reduce(0) { $0 + $1.waiting } },
            .timestamp("due_at", "When the next is due", column: "DUE") {
                $0.states.values.compactMap(\.dueAt).min()?.milliseconds
            },
        ]
    }
}
