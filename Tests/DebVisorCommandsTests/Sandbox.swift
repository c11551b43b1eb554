import Backups
import CommandKit
import DebVisorCore
import Foundation
import LibvirtHypervisor
import Platform
import QEMUImages
import Schedules
import TestSupport
import Testing
import Webhooks

@testable import DebVisorCommands

/// The real program with directories, a clock and a hypervisor of its own: libvirt's test driver with two machines
/// that are off, whose disks are real files. Gone with the object.
final class Sandbox: Sendable {
    /// When the newest backups are made.
    static let today = Timestamp(milliseconds: 1_795_575_600_000)  // 2026-11-25T03:00:00Z
    static let yesterday = today.adding(milliseconds: -86_400_000)

    /// Stands for `/` in the paths of command lines.
    let root: String
    let clock = HandSetClock(Sandbox.today)
    private let breaches = Locked<[String]>([])
    private let made = Locked<AppContext?>(nil)
    private let environment: Environment

    init(environment more: [String: String] = [:]) throws {
        root = FileManager.default.temporaryDirectory.path + "/debvisor-cli-\(UUID().uuidString.prefix(8))"
        var variables = [
            "DEBVISOR_URI": "test://\(root)/node.xml", "DEBVISOR_STATE_DIR": "\(root)/state",
            "XDG_CONFIG_HOME": "\(root)/config", "TZ": "Europe/Berlin",
        ]
        variables.merge(more) { $1 }
        environment = Environment(variables)
        for directory in ["srv/images", "mnt/rescue", "etc/debvisor", "config/debvisor"] {
            try FileManager.default.createDirectory(
                atPath: "\(root)/\(directory)", withIntermediateDirectories: true)
        }
        for (number, name) in ["web1", "web1-data", "db1"].enumerated() {
            try write(Self.noise(UInt64(number + 1), 300_000 + 4096 * number), to: "srv/images/\(name).img")
        }
        try define(["web1", "db1"])
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// Breaches of declarations that were told until now.
    var toldBreaches: [String] { breaches.withLock { $0 } }

    /// What the last command got to work with; nil before the first one.
    var context: AppContext? { made.withLock { $0 } }

    func path(_ relative: String) -> String { "\(root)/\(relative)" }

    func write(_ bytes: [UInt8], to relative: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path(relative)))
    }

    func write(_ text: String, to relative: String) throws { try write(Array(text.utf8), to: relative) }

    func text(of relative: String) throws -> String {
        try String(contentsOf: URL(fileURLWithPath: path(relative)), encoding: .utf8)
    }

    func bytes(of relative: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(relative))))
    }

    func makeDirectory(_ relative: String) throws {
        try FileManager.default.createDirectory(atPath: path(relative), withIntermediateDirectories: true)
    }

    func exists(_ relative: String) -> Bool { FileManager.default.fileExists(atPath: path(relative)) }

    func remove(_ relative: String) throws { try FileManager.default.removeItem(atPath: path(relative)) }

    /// Files below a directory, with paths that `path` takes.
    func files(below relative: String) -> [String] {
        (FileManager.default.enumerator(atPath: path(relative))?.allObjects as? [String] ?? []).sorted()
            .map { "\(relative)/\($0)" }
            .filter {
                (try? FileManager.default.attributesOfItem(atPath: path($0))[.type] as? FileAttributeType)
                    == .typeRegular
            }
    }
}

extension Sandbox {
    /// The program itself, beside the tests.
    static let binary: String = {
        let places = [Bundle.main.bundlePath, Directory.resolved("/proc/self/exe") ?? ""]
        return places.compactMap { Directory.parent(of: $0) }.map { $0 + "/debvisor" }.first(where: Directory.exists)
            ?? "/nowhere/debvisor"
    }()

    /// A program that jobs can run: it says "all is well".
    func makeScript(_ relative: String = "srv/bin/report", _ text: String = "echo all is well") throws {
        try makeDirectory(String(relative.split(separator: "/").dropLast().joined(separator: "/")))
        try write("#!/bin/sh\n\(text)\n", to: relative)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path(relative))
    }

    var program: Program<AppContext, GlobalOptions> {
        var program = DebvisorProgram.make { [self] globals, _ in
            var context = AppContext(
                settings: try Settings(
                    globals, environment, UserAccount(userID: 1000, home: path("home")),
                    systemFile: path("etc/debvisor/debvisor.conf")),
                clock: clock, environment: environment,
                host: HostIdentity(id: "test-host", bootID: "boot", name: "testhost", processID: 1),
                writer: "debvisor test", images: QEMUImages(), webhooks: WebhookSender()
            ) { uri, seconds in LibvirtHypervisor(uri: uri, deadline: .seconds(seconds)) }
            context.launcher = RunLauncher(
                program: Self.binary, words: [DebvisorProgram.supervisorWord], grace: 1)
            made.withLock { $0 = context }
            return context
        }
        program.onBreach = { [breaches] path, breach in
            breaches.withLock { $0.append("\(path.joined(separator: " ")): \(breach)") }
        }
        return program
    }

    /// Runs a command line of words separated by spaces; absolute paths are below the sandbox's root.
    @discardableResult
    func run(
        _ line: String, _ console: TestConsole = TestConsole(), _ cancellation: Cancellation = Cancellation()
    ) async -> Outcome {
        await run(
            words: line.split(separator: " ").map { $0.hasPrefix("/") ? root + $0 : String($0) }, console, cancellation)
    }

    @discardableResult
    func run(
        words: [String], _ console: TestConsole = TestConsole(), _ cancellation: Cancellation = Cancellation()
    ) async -> Outcome {
        let status = await program.run(words, console: console.console, cancellation: cancellation)
        return Outcome(status: status, output: console.output, errors: console.errors)
    }

    /// As `run`, for lines that prepare a test.
    func prepare(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) async {
        let outcome = await run(line)
        #expect(outcome.status == 0, "\(line): \(outcome.errors)", sourceLocation: sourceLocation)
    }

    /// A default repository `main`.
    func makeRepository() async {
        await prepare("backup repository create /srv/main --key-file /etc/debvisor/main.key --default")
    }
}

extension Sandbox {
    /// Says which machines there are.
    func define(_ names: [String]) throws {
        let disks = [
            "web1": ["web1", "web1-data"], "db1": ["db1"], "lost": ["nowhere"], "installer": ["db1", "web1"],
        ]
        let domains = names.enumerated().map { number, name in
            domain(name, number + 1, disks[name] ?? [])
        }
        try write("<node>\n\(domains.joined())</node>\n", to: "node.xml")
    }

    private func domain(_ name: String, _ number: Int, _ disks: [String]) -> String {
        let devices = zip(disks, ["vda", name == "installer" ? "sda" : "vdb"]).map { disk, target in
            """
            <disk type='file' device='\(target == "sda" ? "cdrom" : "disk")'><driver name='qemu' type='raw'/>
            <source file='\(path("srv/images/\(disk).img"))'/><target dev='\(target)'/></disk>

            """
        }
        // A state of 5 is `VIR_DOMAIN_SHUTOFF`.
        return """
            <domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
            <name>\(name)</name><uuid>11111111-2222-3333-4444-5555555555\(number + 10)</uuid>
            <memory unit='MiB'>512</memory><vcpu>2</vcpu><os><type>hvm</type></os>
            <devices>\(devices.joined())</devices><test:runstate>5</test:runstate>
            </domain>

            """
    }

    /// Bytes that do not compress.
    static func noise(_ seed: UInt64, _ count: Int) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        return random.bytes(count)
    }
}

/// A clock that stands until it is set.
final class HandSetClock: WallClock {
    private let time: Locked<Timestamp>

    init(_ time: Timestamp) { self.time = Locked(time) }

    func now() -> Timestamp { time.withLock { $0 } }

    func set(_ time: Timestamp) { self.time.withLock { $0 = time } }
}
