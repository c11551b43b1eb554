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
        let sandbox = try await sandbox(for: line)
        // What never ends by itself is stopped when it has shown something.
        let cancellation = Cancellation()
        let isEndless = line.contains("--watch") || line.contains("metric serve")
        let console = TestConsole { _ in if isEndless { cancellation.request(2) } }
        let words = Self.words(of: line).map { $0.hasPrefix("/") ? sandbox.root + $0 : $0 }
        #expect(words.first == "debvisor")
        let outcome = await sandbox.run(words: Array(words.dropFirst()), console, cancellation)
        #expect(outcome.status == (isEndless ? 130 : example.status.rawValue), "\(outcome.errors)")
        #expect(outcome.output.contains(example.prints), "\(outcome.output)")
        #expect(example.prints.isEmpty == outcome.output.isEmpty, "say what it prints: \(outcome.output)")
        #expect(sandbox.toldBreaches == [])
    }

    /// Where what a line names is there.
    private func sandbox(for line: String) async throws -> Sandbox {
        if line.contains(" alert rule ") || line.contains(" alert run") { return try await RuleExamples.sandbox() }
        if line.contains(" alert ") {
            let sandbox = try Sandbox()
            try await sandbox.furnishAlerts()
            return sandbox
        }
        if line.contains(" system ") { return try await stored() }
        if line.contains(" schedule ") { return try await scheduling() }
        if line.contains(" backup ") { return try await furnished() }
        if line.contains(" metric ") || line.contains(" trend ") {
            let sandbox = try Sandbox()
            try await MetricTests.furnish(sandbox)
            if line.contains(" definition ") { await sandbox.prepare("metric define orders_total --type counter") }
            if line.contains("node_load1") { try sandbox.feedLoad(hosts: ["a", "b"]) }
            return sandbox
        }
        let isMeasured = line.contains(" detect ") && !line.contains(" score ") || line.contains(" baseline ")
        return try isMeasured ? await measuring(line) : plain()
    }

    /// Two days of two series; where an example does not make them itself, findings and baselines of them.
    private func measuring(_ line: String) async throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.feedLoad(hosts: ["a", "b"])
        if !line.contains(" detect run") { await sandbox.prepare("detect run -q") }
        if !line.contains(" create ") && !line.contains(" auto") {
            await sandbox.prepare("baseline create node_load1 --from 24h")
        }
        if line.contains(" feedback list") || line.contains(" feedback delete") {
            await sandbox.prepare("detect feedback add 1 --by ops -q")
        }
        return sandbox
    }

    /// Words as a shell has them, as far as examples need it: what is between single quotes is one.
    static func words(of line: String) -> [String] {
        line.split(separator: "'", omittingEmptySubsequences: false).enumerated().flatMap { place, part in
            place % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
        }
    }

    /// Two jobs: one that is due, one that ran; a crontab.
    private func scheduling() async throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.makeScript()
        try sandbox.write(
            "CRON_TZ=Europe/Berlin\n17 * * * * echo hourly\n0 6 * * mon echo weekly\n", to: "srv/crontab")
        sandbox.clock.set(Sandbox.yesterday)
        for words in [
            ["nightly", "--cron", "0 3 * * *", "--description", "the night's work"], ["report", "--cron", "@monthly"],
        ] {
            let outcome = await sandbox.run(
                words: ["schedule", "add"] + words + ["--", sandbox.path("srv/bin/report")])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        await sandbox.prepare("schedule execute report --wait")
        sandbox.clock.set(Sandbox.today)
        return sandbox
    }

    /// Jobs and samples, and an export of both.
    private func stored() async throws -> Sandbox {
        let sandbox = try await scheduling()
        await sandbox.prepare("metric add guests 3")
        await sandbox.prepare("system export /srv/stores.tar")
        return sandbox
    }

    /// A machine and a file.
    private func plain() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.define(["web1"])
        let rows = (10..<40).map { "2026-11-25T00:\($0):00Z,\($0 % 3)\n" }
        try sandbox.write("timestamp,value\n" + rows.joined(), to: "srv/load.csv")
        return sandbox
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
