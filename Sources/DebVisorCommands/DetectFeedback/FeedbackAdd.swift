import Anomalies
import CommandKit
import DebVisorCore

/// `debvisor detect feedback add`
struct FeedbackAdd: ChangingCommand {
    static let info = CommandInfo(
        "add", "Tell that findings were false alarms",
        discussion: DetectTexts.feedback,
        examples: [
            Example(
                "debvisor detect feedback add 1 --by ops", "nothing was wrong; says what that changes", prints: "WEIGHT"
            ),
            Example("debvisor detect feedback add 1 --by ops --dry-run", "what would be done", prints: "lower"),
        ],
        statuses: .ofAStore + [.notFound], prints: FalseAlarmRecord.self)

    struct Inputs: InputSet {
        let findings = Arguments("ID", .object(ObjectKind.finding), atLeast: 1, help: "Numbers of findings")
        let by = PersonOption()
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let person = context.person(args.by.by)
        guard let existing = try context.existingAnomalyStore() else { throw AnomalyStore.noFinding(args.findings[0]) }
        var found: [Finding] = []
        for id in args.findings {
            let finding = try existing.finding(id)
            if !found.contains(where: { $0.id == finding.id }) { found.append(finding) }
        }
        let chosen = found
        let steps = chosen.filter { $0.falseAlarm == nil }.map { finding in
            Step(
                "lower", "the weight of what spoke for finding \(finding.id)",
                detail: "\(finding.series.label.text): \(finding.speakers.joined(separator: ", "))")
        }
        return Plan(steps, idle: .list(Self.records(chosen, existing))) { session in
            for finding in chosen {
                let effect = try context.falseAlarm(
                    series: finding.series.label.idText, from: finding.time, until: finding.time, by: person,
                    at: context.clock.now())
                for sentence in effect?.sentences ?? [] { session.note("finding \(finding.id): \(sentence)") }
            }
            return .list(Self.records(chosen, try context.anomalyStore()))
        }
    }

    /// What is told of some findings now; nothing if it cannot be read.
    private static func records(_ findings: [Finding], _ store: AnomalyStore) -> [FalseAlarmRecord] {
        let ids = Set(findings.map(\.id))
        guard let alarms = try? store.falseAlarms(), let weights = try? store.weights() else { return [] }
        return FalseAlarmRecord.records(alarms.filter { ids.contains($0.finding) }, weights)
    }
}
