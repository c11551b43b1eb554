import Backups
import CommandKit
import DebVisorCore

/// `debvisor backup show`
struct BackupShow: ReadingCommand {
    static let info = CommandInfo(
        "show", "Show one backup with its disks",
        examples: [Example("debvisor backup show web1", "the newest backup of web1", prints: "2026-11-25T03:00:00Z")],
        statuses: [.notFound, .denied, .conflict, .timeout, .attention], prints: BackupRecord.self)

    struct Inputs: InputSet {
        let backup = Argument("BACKUP", .object(ObjectKind.backup), help: "Id, NAME@TIME, or a name for its newest")
        let repository = RepositoryOptions()
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let target = try await context.openRepository(args.repository, session)
        let snapshot = try target.snapshots(session.warn).lookUp(args.backup)
        return .one(BackupRecord(snapshot: snapshot, repository: target.label))
    }
}
