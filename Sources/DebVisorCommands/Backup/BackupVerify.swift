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
            "BACKUP", .object(ObjectKind.backup), help: "Id, NAME@TIME, or a name for its newest; all without")
        let readData = Flag("read-data", help: "Read all data and compute every id anew")
        let subset = Option("subset", .percent, default: 100, help: "Share of the packs to read")
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

/// One backup and whether it can be given back.
struct VerificationRecord: Record {
    var finding: Verification.Finding

    enum Status: String, CaseIterable { case good, damaged }

    static var fields: [Field<VerificationRecord>] {
        [
            .string("backup_id", "Id of the backup", column: .none) { $0.finding.snapshot.backup_id },
            .string("reference", "NAME@TIME", column: "BACKUP") { $0.finding.snapshot.reference },
            .string("name", "Name of the machine or file", column: .none) { $0.finding.snapshot.name },
            .choice("status", "Whether it can be restored whole") {
                $0.finding.damages.isEmpty ? Status.good : .damaged
            },
            .records("damages", "What can no longer be restored", column: .automatic) {
                $0.finding.damages.map(DamageRecord.init)
            },
        ]
    }
}

extension Verification.Damage {
    /// `vda: 64 KiB at byte 4194304: the chunk is not in any pack`.
    fileprivate var text: String {
        let place = range.map { "\(ByteCount($0.upperBound - $0.lowerBound)) at byte \($0.lowerBound): " } ?? ""
        return "\(part): \(place)\(reason)"
    }
}

struct DamageRecord: Record {
    var damage: Verification.Damage

    static var fields: [Field<DamageRecord>] {
        [
            .string("part", "Disk, or small file") { $0.damage.part },
            .int("offset_bytes", "First byte of the disk that is lost") { $0.damage.range?.lowerBound },
            .int("length_bytes", "How many bytes") { $0.damage.range.map { $0.upperBound - $0.lowerBound } },
            .string("reason", "Why") { $0.damage.reason },
        ]
    }
}
