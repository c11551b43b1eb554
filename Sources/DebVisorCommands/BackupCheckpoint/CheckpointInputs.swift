import Backups
import CommandKit
import Hypervisor

/// Which checkpoints the commands are about.
struct CheckpointInputs: InputSet {
    let names = Arguments("VM", .object(ObjectKind.machine), help: "Names or UUIDs of machines; all without")
    let repository = RepositoryOptions()
    let timeout = TimeoutOption()
}

extension AppContext {
    /// The survey for one repository, and the machines that were named (all if none was).
    func checkpointSurvey(
        _ args: Parsed<CheckpointInputs>, _ hypervisor: any Hypervisor, _ session: Session
    ) async throws -> (CheckpointSurvey, [Machine]) {
        let target = try await openRepository(args.repository, session)
        let progress = session.progress("asking \(hypervisor.uri)")
        defer { progress.finish() }
        let machines = try await hypervisor.machines()
        let survey = CheckpointSurvey(
            target.repository, try target.snapshots(session.warn).snapshots, hypervisor: hypervisor, images: images)
        return (survey, args.names.isEmpty ? machines : try hypervisor.find(args.names, among: machines))
    }
}
