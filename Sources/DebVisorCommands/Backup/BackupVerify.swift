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

            What is lost is told as disk, offset and length, with the other backups that have lost the same and the \
            nearest backup of the machine that is whole. Bad chunks are set aside: the next backup that still has their \
            content stores them anew, and all backups are whole again.
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
        func note(_ result: VerifyEvents.Result, damaged: Int = 0) async -> String? {
            let events = VerifyEvents(repository: target.label, now: context.clock.now())
            return await context.record(events.ended(result, damaged: damaged, isWhole: ids == nil))
        }
        do {
            let result = try await Worker.run { try verification.run(ids) }
            let damaged = result.findings.filter { !$0.damages.isEmpty }.count
            var report = report(result, lookup, session)
            report.warnings += [await note(result.isGood ? .good : .damaged, damaged: damaged)].compactMap(\.self)
            return report
        } catch {
            let isInterrupted = error is CancellationError
            if let warning = await note(isInterrupted ? .interrupted : .failed) { session.warn(warning) }
            throw isInterrupted ? Interruption("not everything was checked") : error
        }
    }

    private func report(_ result: Verification.Result, _ known: SnapshotLookup, _ session: Session) -> Report {
        var report = Report.list(result.findings.map(VerificationRecord.init))
        report.warnings = result.damagedPacks.map { "'\($0.path)': \($0.reason)" }
        report.warnings += result.damagedSegments.map {
            "the index segment '\($0)' is damaged, packs were read instead; no backup is lost by it"
        }
        if let reason = result.notNoted { report.warnings.append("what was found is not noted: \(reason)") }
        report.warnings += result.damagedRecords.map { Self.line(ofRecord: $0, known) }
        // Other formats have them in the records.
        if session.format == .table { report.warnings += result.findings.flatMap(Self.lines) }
        guard !result.isGood else { return report }
        let bad = result.findings.filter { !$0.damages.isEmpty }.count
        return report.attention(
            bad == 0 ? "the repository is damaged" : "\(bad) of \(result.findings.count) backups are damaged",
            hint: result.damagedSegments.isEmpty
                ? "-o json lists every damage" : "make the index anew: debvisor backup repository rebuild-index")
    }

    /// This host may remember what a record said that cannot be read any more.
    private static func line(ofRecord name: String, _ known: SnapshotLookup) -> String {
        let line = "the record '\(name)' cannot be read"
        guard let lost = known.snapshots.first(where: { $0.objectName == name }) else { return line }
        let clean = lost.nearest(among: known.snapshots.filter { $0.objectName != name })
        return "\(line): it was \(lost.reference)"
            + (clean.map { ", the nearest other backup is \($0.reference)" } ?? ", the only backup of \(lost.name)")
    }

    /// What a person sees of the damages of a backup: the first ones, in words.
    private static func lines(_ finding: Verification.Finding) -> [String] {
        guard !finding.damages.isEmpty else { return [] }
        var lines = finding.damages.prefix(10).map(\.damageText)
        if finding.damages.count > lines.count { lines.append("and \(finding.damages.count - lines.count) more") }
        lines.append(
            finding.cleanBackup.map { "the nearest clean backup is \($0.reference)" }
                ?? "no backup of \(finding.snapshot.name) is clean")
        return lines.map { "\(finding.snapshot.reference): \($0)" }
    }
}
