import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// Every example of every help, run as it stands in a sandbox where what it names exists.
@Suite struct ExampleTests {
    static let all: [Example] = {
        let program = DebvisorProgram.make { _, _ in throw CancellationError() }
        return program.examples + program.commands().flatMap { $0.entry.info().examples }
    }()

    @Test(arguments: all.map(\.line)) func works(_ line: String) async throws {
        let example = try #require(Self.all.first { $0.line == line })
        let sandbox = try await furnished()
        // What never ends by itself is stopped when it has shown something.
        let cancellation = Cancellation()
        let isEndless = line.contains("--watch")
        let console = TestConsole { if isEndless { cancellation.request(2) } }
        let words = line.split(separator: " ").map { $0.hasPrefix("/") ? sandbox.root + $0 : String($0) }
        #expect(words.first == "debvisor")
        let outcome = await sandbox.run(words: Array(words.dropFirst()), console, cancellation)
        #expect(outcome.status == (isEndless ? 130 : example.status.rawValue), "\(outcome.errors)")
        #expect(outcome.output.contains(example.prints), "\(outcome.output)")
        #expect(example.prints.isEmpty == outcome.output.isEmpty, "say what it prints: \(outcome.output)")
        #expect(sandbox.toldBreaches == [])
    }

    /// Backups of two machines, of which one is gone since; four repositories; files that examples name.
    private func furnished() async throws -> Sandbox {
        let sandbox = try Sandbox()
        for name in ["nas", "usb", "old"] {
            await sandbox.prepare(
                "backup repository create /mnt/\(name)/backup --name \(name) --key-file /etc/debvisor/\(name).key")
        }
        await sandbox.prepare("backup repository delete nas --yes")
        await sandbox.makeRepository()
        sandbox.clock.set(Sandbox.yesterday)
        await sandbox.prepare("backup create --all")
        sandbox.clock.set(Sandbox.today)
        await sandbox.prepare("backup create --all")
        try sandbox.define(["web1"])
        try sandbox.remove("srv/images/db1.img")
        try sandbox.write(Sandbox.noise(9, 100_000), to: "srv/images/archive.qcow2")
        try sandbox.write("correct horse battery staple\n", to: "etc/debvisor/offsite.password")
        return sandbox
    }
}
