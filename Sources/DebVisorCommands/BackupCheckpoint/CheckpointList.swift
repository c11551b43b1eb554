import Backups
import CommandKit
import DebVisorCore
import Hypervisor

/// `debvisor backup checkpoint list`
struct CheckpointList: ReadingCommand {
    static let info = CommandInfo(
        "list", aliases: ["ls"], "List the checkpoints of machines and who builds on them",
        examples: [
            Example(
                "debvisor backup checkpoint list web1", "what the next backup of a machine builds on",
                prints: "STATE")
        ],
        statuses: [.notFound, .denied, .conflict, .unavailable, .timeout, .attention], prints: CheckpointRecord.self)

    typealias Inputs = CheckpointInputs

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let hypervisor = try context.hypervisor(timeout: args.timeout.timeout)
        let (survey, machines) = try await context.checkpointSurvey(args, hypervisor, session)
        var records: [CheckpointRecord] = []
        for machine in machines { records += try await survey.findings(of: machine).map(CheckpointRecord.init) }
        return .list(records)
    }
}
