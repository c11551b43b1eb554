import Backups
import CommandKit
import DebVisorCore
import Platform

/// `debvisor backup verify`
struct BackupVerify: ReadingCommand {
    static let info = CommandInfo(
        "verify", "Check that backups can be restored",
        discussion: """
            Checks that every record can be read and that every part of it has a place in a pack that is there. With \
            --read-data every byte is read, decrypted and compared with its id; --subset reads a share of the packs, \
            those first whose last good reading is longest ago, so that repeated runs get through all of them.
            """,
        examples: [
            Example("debvisor backup verify", "check records and index of all backups", prints: "good"),
            Example(
                "debvisor backup verify --read-data --subset 10%",
                "read a tenth of the data, what was read longest ago", prints: "good"),
        ],
        statuses: [.notFound, .denied, .conflict, .timeout, .attention], prints: VerificationRecord.self)

    struct Inputs: InputSet {
        let backups = Arguments(
            "BACKUP", .object(ObjectKind.backup), help: BackupTexts.naming + "; all without")
        let readData = Flag("read-data", help: "Read all data and compute every id anew")
        let subset = Option("subset", .positivePercent, default: 100, help: "Share of the packs to read")
        let repository = RepositoryOptions()
    }

    static let rules: [InputRule<Inputs>] = [.requires(\.subset, \.readData)]

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let target = try await context.openRepository(args.repository, session)
        let lookup = try target.snapshots { _ in }
        let ids = try args.backups.isEmpty ? nil : Set(args.backups.map { try lookup.lookUp($0).backup_id })
        let progress = session.progress("verifying \(target.label)")
        defer { progress.finish() }
        var options = Verification.Options()
        options.readsData = args.readData
        options.subset = args.subset / 100
        options.isCancelled = { session.isCancelled }
        options.started = { progress.expect($0) }
        options.advanced = { progress.advance(to: $0) }
        let verification = Verification(target.repository, host: context.host, clock: context.clock, options: options)
        do {
            return report(try await Worker.run { try verification.run(ids) }, session)
        } catch is CancellationError {
            throw Interruption("not everything was checked")
        }
    }

    private func report(_ result: Verification.Result, _ session: Session) -> Report {
        var report = Report.list(result.findings.map(VerificationRecord.init))
        report.warnings = result.damagedPacks.map { "'\($0.path)': \($0.reason)" }
        if let reason = result.notNoted { report.warnings.append("what was found is not noted: \(reason)") }
        report.warnings += result.damagedRecords.map { "the record '\($0)' cannot be read" }
        // Other formats have them in the records.
        if session.format == .table { report.warnings += result.findings.flatMap(Self.lines) }
        guard !result.isGood else { return report }
        let bad = result.findings.filter { !$0.damages.isEmpty }.count
        return report.attention(
            bad == 0 ? "the repository is damaged" : "\(bad) of \(result.findings.count) backups are damaged",
            hint: "-o json lists every damage; a damaged index alone: debvisor backup repository rebuild-index")
    }

    /// What a person sees of the damages of a backup: the first ones, in words.
    private static func lines(_ finding: Verification.Finding) -> [String] {
        let shown = finding.damages.prefix(10).map { "\(finding.snapshot.reference): \($0.text)" }
        let more = finding.damages.count - shown.count
        return shown + (more > 0 ? ["\(finding.snapshot.reference): and \(more) more"] : [])
    }
}
