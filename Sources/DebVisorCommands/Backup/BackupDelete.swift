import Backups
import CommandKit
import DebVisorCore
import Platform

/// `debvisor backup delete`
struct BackupDelete: ChangingCommand {
    static let info = CommandInfo(
        "delete", aliases: ["rm"], "Delete backups and free what only they needed",
        discussion: """
            Packs that hold nothing live any more are removed; what lies in packs that other backups need, or that a \
            running backup may rely on, stays for later.

            On a network file system other hosts' backups may be seen too late: there it is refused if others use the \
            repository too, unless --exclusive says that none of them is at work.
            """,
        examples: [
            Example(
                "debvisor backup delete web1@2026-11-24T03:00:00Z --dry-run", "what deleting it would free",
                prints: "delete  backup web1@2026-11-24T03:00:00Z"),
            Example(
                "debvisor backup delete web1@2026-11-24T03:00:00Z --yes", "delete without a question",
                prints: "freed_packs"),
        ],
        statuses: [.notFound, .denied, .conflict, .timeout, .attention], effect: .destroys, prints: DeletionRecord.self)

    struct Inputs: InputSet {
        let backups = Arguments(
            "BACKUP", .object(ObjectKind.backup), atLeast: 1, help: BackupTexts.naming)
        let missingOK = Flag("missing-ok", help: "It is no error if one is not there")
        let exclusive = Flag("exclusive", help: "No other host works on the repository now")
        let repository = RepositoryOptions()
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let target = try await context.openRepository(args.repository, session)
        let lookup = try target.snapshots(session.warn)
        var chosen: [Snapshot] = []
        for text in args.backups {
            do {
                let found = try lookup.lookUp(text)
                if !chosen.contains(where: { $0.backup_id == found.backup_id }) { chosen.append(found) }
            } catch let fault as Fault where fault.kind == .notFound && args.missingOK { continue }
        }
        guard !chosen.isEmpty else { return .nothing(.one(DeletionRecord(backups: [], freed: .init()))) }
        let deletion = Deletion(
            target.repository, host: context.host, clock: context.clock, isExclusive: args.exclusive)
        try deletion.checkHosts()
        let doomed = chosen
        let progress = session.progress("looking what only these backups need")
        let preview = try await Worker.run { try deletion.preview(doomed) }
        progress.finish()
        let steps = chosen.map { Step("delete", "backup \($0.reference)", detail: "id \($0.backup_id.prefix(12))") }
        let free = Step("free", "\(preview.packs) packs", sizeBytes: preview.bytes)
        return Plan(steps + [free]) { session in
            let progress = session.progress("deleting")
            defer { progress.finish() }
            let freed = try await Worker.run { try deletion.run(doomed) }
            _ = try target.store.snapshots(of: target.repository)
            return .one(DeletionRecord(backups: doomed.map(\.backup_id), freed: freed))
        }
    }
}
