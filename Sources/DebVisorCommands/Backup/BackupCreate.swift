import Backups
import CommandKit
import DebVisorCore
import Hypervisor
import Platform

/// `debvisor backup create`
struct BackupCreate: ChangingCommand {
    static let info = CommandInfo(
        "create", "Back up machines or an image file",
        discussion: """
            A running machine is read at one instant of all its disks through the hypervisor's backup job; its file \
            systems are frozen around that instant if the guest's agent answers. A machine that is off is read from \
            its images, which then must not change.

            The backup of a running machine begins a checkpoint, from which on its qcow2 images record what is written, \
            so that the next backup reads only that. Where the record is not there or cannot be proven right (after a power \
            cut, a migration, a resize) all is read, and fallback_reason says why. See also 'debvisor backup checkpoint list'.

            A disk that cannot be backed up is listed as skipped with its reason, and the command ends with status 3; \
            leave it out with --exclude-disk if that is as it should be. So does a backup after which a guest stays frozen \
            because its agent thaws nothing; the next backup tries it again.

            With --parallel several machines are backed up at a time, for some 20 MiB of memory each; they share the \
            processors that one backup would use. What is new to the repository is stored by each that meets it at the \
            same time: back up machines that are alike one after another the first time. --bandwidth and --limit-cpu \
            hold for all of them together.
            """,
        examples: [
            Example("debvisor backup create web1", "back up one machine", prints: "web1@"),
            Example(
                "debvisor backup create --all --tag kind=nightly -q",
                "what a nightly job calls: only trouble is printed"),
            Example(
                "debvisor backup create --file /srv/images/archive.qcow2 --name archive", "back up an image file",
                prints: "archive@"),
        ],
        statuses: [.partial, .notFound, .denied, .conflict, .unavailable, .timeout, .attention],
        prints: BackupRecord.self)

    struct Inputs: InputSet {
        let names = Arguments("VM", .object(ObjectKind.machine), help: "Names or UUIDs of machines")
        let all = Flag("all", short: "a", help: "Every machine of the hypervisor")
        let file = Option("file", .file, help: "An image file or block device instead of machines")
        let name = Option("name", .string("NAME"), help: "What to call the backup of a file")
        let imageFormat = Option(
            "image-format", .choice(ImageFormat.self), placeholder: "FORMAT",
            help: "Format of the file; name it if its guest is not trusted, else it is looked at")
        let excludedDisks = Options(
            "exclude-disk", .string("TARGET"), help: "Disk to leave out, as vdb; may be repeated")
        let full = Flag("full", help: "Read everything, not only what changed")
        let noCheckpoint = Flag(
            "no-checkpoint", help: "Leave no checkpoint at the machine; its next backup reads everything")
        let parallel = Option(
            "parallel", .int(in: 1...16), default: 1, help: "Machines that are backed up at a time")
        let limits = LimitOptions()
        let tags = Options("tag", .keyValue, help: "A note to keep with the backup; may be repeated")
        let repository = RepositoryOptions()
        let timeout = TimeoutOption()
    }

    static let rules: [InputRule<Inputs>] = [
        .exactlyOne(\.names, \.all, \.file), .requires(\.name, \.file), .requires(\.file, \.name),
        .requires(\.imageFormat, \.file), .conflict(\.excludedDisks, \.file), .conflict(\.full, \.file),
        .conflict(\.noCheckpoint, \.file),
    ]

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let (subjects, steps) = try await subjects(args, context, session)
        let target = try await context.openRepository(args.repository, session)
        let tags = Dictionary(args.tags.map { ($0.key, $0.value) }) { $1 }
        return Plan(steps, idle: .list([BackupRecord]())) { session in
            try await BackupWork(
                context: context, target: target, tags: tags, readsAll: args.full,
                leavesCheckpoint: !args.noCheckpoint, parallel: args.parallel, throttle: try args.limits.apply()
            ).run(subjects, session)
        }
    }

    private func subjects(
        _ args: Parsed<Inputs>, _ context: AppContext, _ session: Session
    ) async throws -> ([any BackupSubject], [Step]) {
        if let file = args.file, let name = args.name {
            let (name, format) = (try VMName(name), args.imageFormat?.rawValue)
            let subject = try await Worker.run {
                try FileSubject(path: file, name: name, format: format, images: context.images, clock: context.clock)
            }
            return ([subject], [Step("back up", "file \(subject.path)", detail: "as \(name)")])
        }
        let hypervisor = try context.hypervisor(timeout: args.timeout.timeout)
        let progress = session.progress("asking \(hypervisor.uri)")
        defer { progress.finish() }
        let machines = try await hypervisor.machines()
        context.remember(machines, of: hypervisor.uri) { session.log($0) }
        let chosen = args.all ? machines : try hypervisor.find(args.names, among: machines)
        let excluded = Set(args.excludedDisks)
        try check(excluded, against: chosen)
        let subjects = chosen.map {
            MachineSubject(
                $0, excluding: excluded, hypervisor: hypervisor, images: context.images, clock: context.clock)
        }
        return (subjects, chosen.map { step(for: $0, excluded) })
    }

    /// A misspelt target would silently back up what was meant to be left out.
    private func check(_ excluded: Set<String>, against machines: [Machine]) throws {
        let targets = Set(machines.flatMap { $0.disks.map(\.target) })
        for target in excluded.sorted() where !targets.contains(target) {
            throw Fault(
                .usage, "no machine that is backed up has a disk '\(target)'",
                hint: Suggestion.hint(
                    for: target, among: targets.sorted(),
                    otherwise: "there are: \(targets.sorted().joined(separator: ", "))"))
        }
    }

    private func step(for machine: Machine, _ excluded: Set<String>) -> Step {
        var read: [String] = []
        var skipped: [String] = []
        var size: UInt64 = 0
        for disk in machine.disks {
            switch DiskChoice(disk, isActive: machine.state.isActive, excluded: excluded) {
            case .job, .image:
                read.append(disk.target)
                size += disk.capacity?.bytes ?? 0
            case .excluded: skipped.append("\(disk.target): \(DiskChoice.exclusionReason)")
            case .skipped(let reason): skipped.append("\(disk.target): \(reason)")
            case .empty: break
            }
        }
        var detail = "disks \(read.joined(separator: ", "))"
        if !skipped.isEmpty { detail += "; skips \(skipped.joined(separator: "; "))" }
        return Step("back up", "vm \(machine.name)", detail: detail, sizeBytes: size)
    }
}

/// Formats of disk images, as QEMU calls them.
enum ImageFormat: String, CaseIterable {
    case raw, qcow2, qcow, qed, vdi, vhdx, vmdk, vpc
}
