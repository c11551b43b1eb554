import Backups
import CommandKit
import DebVisorCore
import Hypervisor

/// `debvisor backup checkpoint prune`
struct CheckpointPrune: ChangingCommand {
    static let info = CommandInfo(
        "prune", "Remove checkpoints and bitmaps that no backup builds on",
        discussion: """
            Every backup removes the checkpoint of the one before it. What this command finds is left of backups that \
            were killed or deleted, and of machines that were migrated, whose bitmaps go with them and whose checkpoints \
            do not. Only what debvisor began for this repository is removed.
            """,
        examples: [
            Example("debvisor backup checkpoint prune --dry-run", "what would be removed", prints: "nothing to do"),
            Example("debvisor backup checkpoint prune web1", "remove what is left at one machine", prints: "STATE"),
        ],
        statuses: [.partial, .notFound, .denied, .conflict, .unavailable, .timeout, .attention],
        prints: CheckpointRecord.self)

    typealias Inputs = CheckpointInputs

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let hypervisor = try context.hypervisor(timeout: args.timeout.timeout)
        let (survey, machines) = try await context.checkpointSurvey(args, hypervisor, session)
        var steps: [Step] = []
        for machine in machines {
            for finding in try await survey.findings(of: machine) where [.unused, .lost].contains(finding.state) {
                let what = finding.state == .lost ? "lost bitmap" : "checkpoint"
                steps.append(
                    Step("remove", "\(what) \(finding.checkpoint)", detail: "vm \(finding.machine)"))
            }
            // What a running machine keeps in memory is only known by trying.
            if machine.state.isActive { steps.append(Step("look for", "lost bitmaps", detail: "vm \(machine.name)")) }
        }
        return Plan(steps, idle: .list([CheckpointRecord]())) { session in
            try await prune(survey, machines, session)
        }
    }

    private func prune(_ survey: CheckpointSurvey, _ machines: [Machine], _ session: Session) async throws -> Report {
        var records: [CheckpointRecord] = []
        var failures: [ItemFailure] = []
        for machine in machines {
            do {
                records += try await survey.prune(machine).map(CheckpointRecord.init)
            } catch {
                if machines.count == 1 { throw error }
                failures.append(ItemFailure(machine.name.text, error))
            }
        }
        return Report.list(records).failing(failures)
    }
}
