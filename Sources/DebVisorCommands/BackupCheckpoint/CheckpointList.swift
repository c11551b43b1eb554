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

    struct Inputs: InputSet {
        let names = Arguments("VM", .object(ObjectKind.machine), help: "Names or UUIDs of machines; all without")
        let repository = RepositoryOptions()
        let timeout = TimeoutOption()
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let hypervisor = try context.hypervisor(timeout: args.timeout.timeout)
        let (survey, machines) = try await context.checkpointSurvey(args.repository, args.names, hypervisor, session)
        var records: [CheckpointRecord] = []
        for machine in machines { records += try await survey.findings(of: machine).map(CheckpointRecord.init) }
        return .list(records)
    }
}

extension AppContext {
    /// The survey for one repository, and the machines that were named (all if none was).
    func checkpointSurvey(
        _ options: Parsed<RepositoryOptions>, _ names: [String], _ hypervisor: any Hypervisor, _ session: Session
    ) async throws -> (CheckpointSurvey, [Machine]) {
        let target = try await openRepository(options, session)
        let progress = session.progress("asking \(hypervisor.uri)")
        defer { progress.finish() }
        let machines = try await hypervisor.machines()
        let survey = CheckpointSurvey(
            target.repository, try target.snapshots(session.warn).snapshots, hypervisor: hypervisor, images: images)
        return (survey, names.isEmpty ? machines : try hypervisor.find(names, among: machines))
    }
}
