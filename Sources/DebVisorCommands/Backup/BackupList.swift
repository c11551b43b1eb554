import Backups
import CommandKit
import DebVisorCore

/// `debvisor backup list`
struct BackupList: ReadingCommand {
    static let info = CommandInfo(
        "list", aliases: ["ls"], "List backups, oldest first",
        examples: [
            Example(
                "debvisor backup list", "every backup of the default repository", prints: "web1@2026-11-24T03:00:00Z"),
            Example(
                "debvisor backup list web1 -o json", "the backups of one machine, for jq",
                prints: #""consistency": "offline""#),
        ],
        statuses: [.notFound, .denied, .conflict, .timeout, .attention], prints: BackupRecord.self)

    struct Inputs: InputSet {
        let names = Arguments(
            "NAME", .object(ObjectKind.subject, placeholder: "NAME"), help: "Only backups of these machines or files")
        let tags = Options("tag", .keyValue, help: "Only backups with this tag; may be repeated")
        let repository = RepositoryOptions()
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let target = try await context.openRepository(args.repository, session)
        let chosen = try target.snapshots(session.warn).snapshots.filter { snapshot in
            (args.names.isEmpty || args.names.contains(snapshot.name))
                && args.tags.allSatisfy { snapshot.tags[$0.key] == $0.value }
        }
        return .list(chosen.map { BackupRecord(snapshot: $0, repository: target.label) })
    }
}
