import Backups
import CommandKit
import DebVisorCore
import Platform

/// `debvisor backup repository rebuild-index`
struct RepositoryRebuildIndex: ChangingCommand {
    static let info = CommandInfo(
        "rebuild-index", "Make the index of a repository anew from its packs",
        discussion: "For an index that is damaged or lost. Backups may run meanwhile.",
        examples: [
            Example("debvisor backup repository rebuild-index", "of the default repository", prints: "scanned_packs")
        ],
        statuses: [.notFound, .denied, .conflict, .timeout, .attention], prints: RebuildRecord.self)

    struct Inputs: InputSet {
        let repository = RepositoryOptions()
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let target = try await context.openRepository(args.repository, session)
        return Plan([Step("rebuild", "index of \(target.label)")]) { session in
            let progress = session.progress("rebuilding the index of \(target.label)")
            defer { progress.finish() }
            let rebuild = IndexRebuild(target.repository)
            let result = try await Worker.run { try rebuild.run(host: context.host, clock: context.clock) }
            var report = Report.one(RebuildRecord(result: result))
            report.warnings = result.unreadable.map { "'\($0)' cannot be read" }
            guard let first = result.unreadable.first else { return report }
            return report.attention("'\(first)' cannot be read", hint: "see what is hit: debvisor backup verify")
        }
    }
}

struct RebuildRecord: Record {
    var result: IndexRebuild.Result

    static var fields: [Field<RebuildRecord>] {
        [
            .int("packs", "Packs that are in the index now") { $0.result.packs },
            .int("chunks", "Chunks, pages and small files in them") { $0.result.chunks },
            .int("scanned_packs", "Packs without a good trailer, read entry by entry") { $0.result.scannedPacks },
        ]
    }
}
