import Anomalies
import CommandKit
import DebVisorCore

/// `debvisor detect feedback delete`
struct FeedbackDelete: ChangingCommand {
    static let info = CommandInfo(
        "delete", aliases: ["rm"], "Take back that findings were false alarms",
        discussion: "The weights are then as if it had never been told; what was scored meanwhile stays as it is.",
        examples: [
            Example("debvisor detect feedback delete 1 --dry-run", "what would be done", prints: "take back"),
            Example("debvisor detect feedback delete 1 --yes", "without a question", prints: "WEIGHT"),
        ],
        statuses: .ofAStore + [.notFound], effect: .destroys, prints: FalseAlarmRecord.self)

    struct Inputs: InputSet {
        let findings = Arguments("ID", .object(ObjectKind.falseAlarm), atLeast: 1, help: "Numbers of findings")
        let missingOK = Flag("missing-ok", help: "It is no error if nothing was told of one")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let told = try context.existingAnomalyStore()?.falseAlarms() ?? []
        var found: [FalseAlarm] = []
        for id in args.findings {
            guard let alarm = told.first(where: { "\($0.finding)" == id }) else {
                if args.missingOK { continue }
                throw Fault(
                    .notFound, "nobody told finding '\(id)' to be a false alarm",
                    hint: "see them with: debvisor detect feedback list")
            }
            if !found.contains(alarm) { found.append(alarm) }
        }
        let chosen = found
        guard !chosen.isEmpty else { return .nothing(.list([FalseAlarmRecord]())) }
        let steps = chosen.map {
            Step("take back", "false alarm \($0.finding)", detail: "\($0.series.text), told by \($0.toldBy)")
        }
        return Plan(steps) { _ in
            let store = try context.anomalyStore()
            try store.deleteFalseAlarms(of: chosen.map(\.finding))
            return .list(FalseAlarmRecord.records(chosen, try store.weights()))
        }
    }
}
