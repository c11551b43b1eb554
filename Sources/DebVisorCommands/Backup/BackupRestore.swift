import Backups
import CommandKit
import DebVisorCore
import Hypervisor
import Platform

/// `debvisor backup restore`
struct BackupRestore: ChangingCommand {
    static let info = CommandInfo(
        "restore", "Bring a machine or a file back",
        discussion: """
            Every file is written beside its place and renamed when all of them are whole. What exists is replaced \
            only with --yes; a file that an active machine holds is never written.

            With --as the machine gets another name, UUID, hardware addresses and files, so that it can run beside the \
            original.
            """,
        examples: [
            Example(
                "debvisor backup restore db1 --define --start",
                "bring back the newest backup of a machine that is gone", prints: "started           yes"),
            Example(
                "debvisor backup restore web1 --as web1-copy --define", "a copy that can run beside the original",
                prints: "name              web1-copy"),
            Example(
                "debvisor backup restore web1@2026-11-24T03:00:00Z --disk vda --to /mnt/rescue",
                "one disk of an older backup", prints: "/mnt/rescue/web1.img"),
        ],
        statuses: [.partial, .notFound, .denied, .conflict, .unavailable, .timeout, .attention],
        prints: RestoreRecord.self)

    struct Inputs: InputSet {
        let backup = Argument("BACKUP", .object(ObjectKind.backup), help: BackupTexts.naming)
        let newName = Option(
            "as", .string("NEWNAME"), help: "Restore a copy under this name, with an identity of its own")
        let directory = Option("to", .directory, help: "Directory for the disks; where they were without")
        let pool = Option("pool", .string("POOL"), help: "Storage pool for the disks")
        let disks = Options("disk", .string("TARGET"), help: "Only this disk, as vda; may be repeated")
        let define = Flag("define", help: "Define the machine at the hypervisor")
        let start = Flag("start", help: "Define the machine and start it")
        let allowHoles = Flag(
            "allow-holes", help: "Give back what is there: what the repository lost reads as zeros (status 3)")
        let overwrite = Flag("yes", short: "y", help: "Replace what exists")
        let repository = RepositoryOptions()
        let timeout = TimeoutOption()
    }

    static let rules: [InputRule<Inputs>] = [
        .conflict(\.directory, \.pool), .conflict(\.disks, \.define), .conflict(\.disks, \.start),
    ]

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let target = try await context.openRepository(args.repository, session)
        var request = RestoreRequest(try target.snapshots(session.warn).lookUp(args.backup))
        request.newName = try args.newName.map(VMName.init)
        request.disks = args.disks
        request.overwrite = args.overwrite
        request.define = args.define || args.start
        let hypervisor = try context.hypervisor(timeout: args.timeout.timeout)
        let progress = session.progress("planning the restore of \(request.snapshot.reference)")
        defer { progress.finish() }
        request.directory = try await directory(args, hypervisor)
        let plan = try RestorePlan(request)
        let work = RestoreWork(
            context: context, target: target, plan: plan, hypervisor: hypervisor, pool: args.pool,
            starts: args.start, allowsHoles: args.allowHoles)
        try await work.check()
        return Plan(try await work.steps()) { try await work.run($0) }
    }

    private func directory(_ args: Parsed<Inputs>, _ hypervisor: any Hypervisor) async throws -> String? {
        if let pool = args.pool {
            do { return try await hypervisor.poolDirectory(pool) } catch var fault as Fault where fault.hint == nil {
                fault.hint = "see them with: virsh -c \(hypervisor.uri) pool-list --all"
                throw fault
            }
        }
        return args.directory.map { RepositoryPlace.absolute($0) }
    }
}
