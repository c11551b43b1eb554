import CommandKit

/// A small program that has one of everything; what it does depends only on its command line.
struct DemoContext: Sendable {
    var stateDirectory: String
}

enum DemoState: String, CaseIterable, Sendable { case running, stopped, paused }

struct DemoError: Error { var kind: Failure.Kind; var name: String }

struct DemoGlobals: InputSet {
    let stateDirectory = Option("state-dir", .directory, default: "/var/lib/demo", help: "Keep the state here")
}

struct ConnectionOptions: InputSet {
    let uri = Option(
        "connect", short: "c", .string("URI"), default: "test:///default", help: "Connect to this hypervisor")
}

struct Disk: Record {
    var target: String
    var size: UInt64

    static let fields: [Field<Disk>] = [
        .string("target", "Name in the machine") { $0.target },
        .bytes("size_bytes", "Virtual size") { $0.size },
    ]
}

struct VM: Record {
    var name: String
    var state = DemoState.running
    var memory: UInt64 = 2 << 30
    var createdAt: Int64? = 1_795_543_282_000
    var bootTime: Double? = 3.1
    var tags: [String] = []
    var disks: [Disk] = []

    static let fields: [Field<VM>] = [
        .string("name", "Name of the machine") { $0.name },
        .choice("state", "Whether it runs") { $0.state },
        .bytes("memory_bytes", "Memory") { $0.memory },
        .timestamp("created_at", "When it was defined") { $0.createdAt },
        .seconds("boot_seconds", "How long it took to start", column: .none) { $0.bootTime },
        .strings("tags", "Tags") { $0.tags },
        .records("disks", "Its disks") { $0.disks },
    ]

    static let all = [
        VM(name: "web", tags: ["front", "prod"], disks: [Disk(target: "vda", size: 10 << 30)]),
        VM(name: "db server", state: .stopped, memory: 512 << 20, createdAt: nil, bootTime: nil),
    ]
}

struct VMList: ReadingCommand {
    static let info = CommandInfo(
        "list", aliases: ["ls"], "List virtual machines",
        discussion: """
            Machines are listed in the order of their names, whether they run or not. A machine that is only defined \
            is listed too.

              name  state
              web   running
            """,
        examples: [Example("demo vm list -o json", "every machine as JSON")], statuses: [.unavailable, .timeout],
        prints: VM.self)

    struct Inputs: InputSet {
        let connection = ConnectionOptions()
        let state = Option("state", .choice(DemoState.self), help: "Only machines in this state")
        let keep = Option("keep", short: "k", .int(in: 1...10), default: 7, help: "How many to show")
        let offset = Option("offset", .int, default: 0, help: "Skip so many")
        let timeout = Option("timeout", .duration, default: 90, help: "Give up after this long")
        let tag = Options("tag", .keyValue, help: "Only with this tag")
        let all = Flag("all", short: "a", help: "Also those that are off")
        let color = Flag("titles", default: true, help: "Do not show titles")
        let detail = Count("detail", short: "d", help: "Show more")
        let secret = Option("secret", .string, help: "For tests only", hidden: true)
        let names = Arguments("VM", .object("vm"), help: "Only these machines")
    }

    static var rules: [InputRule<Inputs>] { [.conflict(\.all, \.state), .requires(\.offset, \.keep)] }

    func run(_ args: Parsed<Inputs>, _ context: DemoContext, _ session: Session) async throws -> Report {
        session.log("listing \(args.connection.uri)")
        if args.timeout == 0 { throw DemoError(kind: .timeout, name: "all") }
        if args.connection.uri == "bad" { throw DemoError(kind: .conflict, name: "undeclared") }
        let found = VM.all.filter { vm in
            (args.state.map { $0 == vm.state } ?? true) && (args.names.isEmpty || args.names.contains(vm.name))
        }
        return .list(Array(found.prefix(args.keep)))
    }
}

struct VMShow: ReadingCommand {
    static let info = CommandInfo(
        "show", "Show one machine", examples: [Example("demo vm show web", "all about one machine")],
        statuses: [.notFound, .attention], prints: VM.self)

    struct Inputs: InputSet {
        let name = Argument("VM", .object("vm"), help: "The machine")
        let check = Flag("check", help: "Also look for trouble")
    }

    func run(_ args: Parsed<Inputs>, _ context: DemoContext, _ session: Session) async throws -> Report {
        guard let vm = VM.all.first(where: { $0.name == args.name }) else {
            throw DemoError(kind: .notFound, name: args.name)
        }
        return args.check ? .one(vm).warning("its clock is late").attention("1 problem found", hint: "look") : .one(vm)
    }
}

struct VMWatch: ReadingCommand {
    static let info = CommandInfo("watch", "Watch machines", prints: VM.self)

    func run(_ args: Parsed<NoInputs>, _ context: DemoContext, _ session: Session) async throws -> Report {
        .stream { emit in
            for count in 1...2 { try emit(Array(VM.all.prefix(count))) }
        }
    }
}

struct VMStart: ChangingCommand {
    static let info = CommandInfo("start", "Start machines", statuses: [.partial], prints: VM.self)

    struct Inputs: InputSet {
        let names = Arguments("VM", .object("vm"), atLeast: 1, help: "The machines")
    }

    func plan(_ args: Parsed<Inputs>, _ context: DemoContext, _ session: Session) async throws -> Plan {
        let off = VM.all.filter { args.names.contains($0.name) && $0.state != .running }
        guard let vm = off.first else { return .nothing(.one(VM.all[0])) }
        return Plan(off.map { Step("start", "vm \($0.name)", sizeBytes: 4096) }) { session in
            let task = session.progress("Starting", total: 4096)
            task.advance(by: 1024)
            session.warn("it is cold")
            session.emit(vm)
            task.finish()
            try session.checkCancellation(left: "1 machine is not started")
            var started = vm
            started.state = .running
            let broken = args.names.filter { $0 == "broken" }
            return .one(started).failing(broken.map { ItemFailure($0, DemoError(kind: .notFound, name: $0)) })
        }
    }
}

struct VMDelete: ChangingCommand {
    static let info = CommandInfo(
        "delete", aliases: ["rm"], "Delete a machine", statuses: [.notFound], effect: .destroys)

    struct Inputs: InputSet {
        let name = Argument("VM", .object("vm"), help: "The machine")
        let missingOK = Flag("missing-ok", help: "A machine that is not there is no error")
        let passwordFile = Option(required: "password-file", .file, help: "Read the password from a file")
    }

    func plan(_ args: Parsed<Inputs>, _ context: DemoContext, _ session: Session) async throws -> Plan {
        guard VM.all.contains(where: { $0.name == args.name }) else {
            if args.missingOK { return .nothing("there is no machine '\(args.name)'") }
            throw DemoError(kind: .notFound, name: args.name)
        }
        return Plan([Step("delete", "vm \(args.name)", detail: "with its disks")]) { _ in
            .message("deleted \(args.name)")
        }
    }
}

/// Takes names that bash splits into several words.
struct BackupOpen: ReadingCommand {
    static let info = CommandInfo("open", "Open a backup")
    static let references = ["web@2026-11-24T03:00:00Z", "web@2026-11-25T03:00:00Z", "db server@2026-11-25T03:00:00Z"]

    struct Inputs: InputSet { let backup = Argument("BACKUP", .object("backup"), help: "The backup") }

    func run(_ args: Parsed<Inputs>, _ context: DemoContext, _ session: Session) async throws -> Report {
        .message(args.backup)
    }
}

func demoProgram() -> Program<DemoContext, DemoGlobals> {
    var program = Program<DemoContext, DemoGlobals>(
        name: "demo", version: "1.2.3", summary: "Care for virtual machines", globals: DemoGlobals.self,
        tree: [
            .group(
                "vm", "Virtual machines",
                [
                    .command(VMList.self), .command(VMShow.self), .command(VMWatch.self), .command(VMStart.self),
                    .command(VMDelete.self),
                    .group("disk", "Disks of machines", [.command(VMShow.self)]),
                ]),
            .group("host", "The machine below", [.command(VMWatch.self)]),
            .group("secret", "Not shown", hidden: true, [.command(VMWatch.self), .command(BackupOpen.self)]),
        ],
        failure: { error in
            guard let error = error as? DemoError else { return Failure(.failed, "\(error)") }
            let missing = error.kind == .notFound ? MissingObject(kind: "vm", name: error.name) : nil
            return Failure(error.kind, "no machine '\(error.name)'", cause: "asked twice", missing: missing)
        },
        completer: { query in
            guard query.globals.stateDirectory != "/nowhere" else { return [] }
            return switch query.kind {
            case "vm": VM.all.map(\.name) + ["evil\u{1B}[m"]
            case "backup": BackupOpen.references
            default: []
            }
        },
        makeContext: { globals, _ in DemoContext(stateDirectory: globals.stateDirectory) })
    program.examples = [Example("demo vm list", "every machine")]
    program.discussion = "Demo is for tests. It does nothing."
    program.manual.date = "November 24, 2026"
    program.manual.environment = [("DEMO_URI", "Where to connect.")]
    program.manual.files = [("/etc/demo/demo.conf", "The configuration.")]
    program.manual.configuration = [
        ManualSection("DESCRIPTION", "A file of keys and values.\n\n  uri = qemu:///system\n  .hidden = 'yes'")
    ]
    return program
}
