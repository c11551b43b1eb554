import DebVisorCore
import Platform
import Testing

@testable import DebVisorCommands

/// `debvisor system stats`, `export` and `import`.
@Suite("Stores as files") struct StoreExchangeTests {
    /// A state directory with jobs, runs and samples.
    private func furnished() async throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.makeScript()
        _ = await sandbox.run(
            words: ["schedule", "add", "report", "--cron", "@yearly", "--", sandbox.path("srv/bin/report")])
        await sandbox.prepare("schedule execute report --wait")
        await sandbox.prepare("metric add guests 3")
        return sandbox
    }

    @Test("All stores there and back, on another host")
    func allOfThem() async throws {
        let sandbox = try await furnished()
        await sandbox.prepare("system export /srv/stores.tar")
        await sandbox.prepare("metric add guests 4 --timestamp +1s")
        let other = try Sandbox()
        try other.write(sandbox.bytes(of: "srv/stores.tar"), to: "srv/stores.tar")
        let imported = await other.run("system import /srv/stores.tar --yes -o json")
        #expect(imported.status == 0 && imported.output.contains(#""kept_path": null"#), "\(imported.errors)")
        #expect(await other.run("schedule history -o json").output.contains("completed"))
        #expect(await other.run("metric get guests -o json").output.contains(#""value": 3"#))
        #expect(await !other.run("metric get guests -o json").output.contains(#""value": 4"#))
        // What ended before counts no second time, what ends now does.
        for _ in 0..<2 { _ = await other.run("schedule run-due") }
        #expect(
            await other.run("metric expose").output.contains(
                #"debvisor_job_runs_total{job="report",status="completed"} 1"#))
        #expect(await other.run("system check").status == 0)
        // And back over what has changed meanwhile.
        let back = await sandbox.run("system import /srv/stores.tar --yes")
        #expect(back.status == 0 && back.output.contains("metrics.db.before-20261125T030000Z"), "\(back.errors)")
        #expect(await !sandbox.run("metric get guests -o json").output.contains(#""value": 4"#))
        #expect(sandbox.toldBreaches == [] && other.toldBreaches == [])
    }

    @Test("One of them")
    func one() async throws {
        let sandbox = try await furnished()
        await sandbox.prepare("system export --store metrics /srv/metrics.db")
        await sandbox.prepare("system export /srv/stores.tar")
        await sandbox.prepare("metric add guests 4 --timestamp +1s")
        for file in ["metrics.db", "stores.tar"] {
            await sandbox.prepare("system import --store metrics /srv/\(file) --yes")
            #expect(await !sandbox.run("metric get guests -o json").output.contains(#""value": 4"#), "\(file)")
            sandbox.clock.set(Sandbox.today.adding(milliseconds: 5000))
        }
    }

    @Test(
        "Slips are told",
        arguments: [
            ("export --store alerts /srv/x", 4, "is not there yet"), ("export --store metrix /srv/x", 2, "metrix"),
            ("export /nowhere/at/all/x", 4, "x"), ("import /srv/none --yes", 4, "none"),
            ("import /srv/metrics.db --yes", 2, "single store"), ("import /srv/stores.tar", 2, "asks before"),
            ("import --store alerts /srv/stores.tar --yes", 4, "has no store 'alerts'"),
            ("import --store schedules /srv/metrics.db --yes", 6, "is not the store"),
            ("import --store metrics /srv/images/db1.img --yes", 2, "is no export"),
        ])
    func slips(_ line: String, _ status: Int32, _ says: String) async throws {
        let sandbox = try await furnished()
        await sandbox.prepare("system export --store metrics /srv/metrics.db")
        await sandbox.prepare("system export /srv/stores.tar")
        let before = await sandbox.run("metric get guests -o json").output
        let outcome = await sandbox.run("system " + line)
        #expect(outcome.status == status && outcome.errors.contains(says), "\(outcome.status): \(outcome.errors)")
        #expect(outcome.errors.contains("hint:"))
        #expect(await sandbox.run("metric get guests -o json").output == before)
        #expect(sandbox.files(below: "state").allSatisfy { !$0.hasSuffix(".new") && !$0.hasSuffix(".unfinished") })
        #expect(sandbox.toldBreaches == [])
    }

    @Test("A job that runs keeps its ledger")
    func running() async throws {
        let sandbox = try await furnished()
        await sandbox.prepare("system export /srv/stores.tar")
        _ = await sandbox.run(words: ["schedule", "add", "long", "--cron", "@yearly", "--", "/bin/sleep", "60"])
        await sandbox.prepare("schedule execute long")
        let refused = await sandbox.run("system import /srv/stores.tar --yes")
        #expect(refused.status == 6 && refused.errors.contains("of 'long' is going on"), "\(refused.errors)")
        await sandbox.prepare("system import --store metrics /srv/stores.tar --yes")
        await sandbox.prepare("schedule cancel long")
        _ = await sandbox.run("schedule wait long")
        await sandbox.prepare("system import /srv/stores.tar --yes")
        #expect(await !sandbox.run("schedule list -o json").output.contains("long"))
    }

    @Test("What there is, in numbers")
    func stats() async throws {
        let sandbox = try await furnished()
        let outcome = await sandbox.run("system stats -o json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        for text in [
            #""runs": 1"#, #""status": "completed""#, #""name": "anomalies""#, #""file_bytes": null"#,
            #""name": "chunks""#,
        ] {
            #expect(outcome.output.contains(text), "\(text): \(outcome.output)")
        }
        #expect(await sandbox.run("system stats").output.contains("LAST"))
        let empty = try Sandbox()
        #expect(await empty.run("system stats").status == 0)
        #expect(sandbox.toldBreaches == [])
    }
}
