import DebVisorCore
import Metrics
import Testing

@testable import DebVisorCommands

/// `debvisor metric define` and its definitions, and what debvisor keeps of itself.
@Suite("Definitions") struct DefineTests {
    @Test("What scripts parse, and what people see")
    func records() async throws {
        let sandbox = try Sandbox()
        await sandbox.prepare(
            "metric define orders_total --type counter --labels shop,item --max-series 20 --help Orders")
        await sandbox.prepare("metric define lag_seconds --type summary --unit seconds --quantiles 0.5,0.999")
        await sandbox.prepare("metric add orders_total 1 --tag shop=a")
        for (line, name) in [("list", "definitions"), ("show lag_seconds", "definition")] {
            for format in ["table", "json"] {
                let outcome = await sandbox.run("metric definition \(line) -o \(format)")
                #expect(outcome.status == 0, "\(outcome.errors)")
                try expectGoldenRecord(outcome.output, "\(name).\(format)")
            }
        }
        #expect(sandbox.toldBreaches == [])
    }

    @Test("The text of --help, and the page of --help")
    func help() async throws {
        let sandbox = try Sandbox()
        for line in ["metric define --help", "metric define x -h", "metric define x --type gauge --help -q"] {
            let outcome = await sandbox.run(line)
            #expect(outcome.status == 0 && outcome.output.contains("USAGE"), "\(line): \(outcome.errors)")
        }
        for words in [["--help", "What it means"], ["--help=What it means"]] {
            let outcome = await sandbox.run(
                words: ["metric", "define", "x", "--type", "gauge", "-o", "json"] + words)
            #expect(outcome.output.contains(#""description": "What it means""#), "\(outcome.output)\(outcome.errors)")
        }
        // What is not said stays as it was.
        let again = await sandbox.run("metric define x --max-series 5 -o json")
        #expect(again.output.contains(#""description": "What it means""#) && again.output.contains(#""max_series": 5"#))
        let same = await sandbox.run("metric define x --max-series 5 -o json")
        #expect(same.output.contains(#""changed": false"#), "\(same.output)")
    }

    @Test(
        "Slips are told",
        arguments: [
            ("define x", 2, "was not said"), ("define x --type counter", 2, "ends with _total"),
            ("define x --type histogram --buckets 2,1", 2, "ascend"),
            ("define x --type gauge --buckets 1,a", 2, "number"),
            ("define x --type gauge --labels a,,b", 2, "separated by commas"),
            ("define x --type gauge --max-series 0", 2, "max-series"),
            ("define guests --type counter", 2, "_total"), ("define guests --type summary", 6, "are of a gauge"),
            ("define debvisor_job_runs_total --type gauge", 2, "_total"), ("definition show nix", 4, "no metric 'nix'"),
            ("definition show debvisor_job_runs_totl", 4, "did you mean"),
            ("definition delete nix --yes", 4, "is defined"),
            ("add wait_seconds 1 --tag host=a", 6, "no label 'host'"),
            ("add wait_seconds 1 --unit bytes", 6, "in seconds"),
            ("add wait_seconds 1 --type gauge", 6, "is a histogram"), ("get wait_seconds", 4, "no series yet"),
        ])
    func slips(_ line: String, _ status: Int32, _ says: String) async throws {
        let sandbox = try Sandbox()
        await sandbox.prepare("metric add guests 3")
        await sandbox.prepare("metric define wait_seconds --type histogram --unit seconds --labels guest")
        let outcome = await sandbox.run("metric " + line)
        #expect(
            outcome.status == status && (outcome.errors).contains(says), "\(line): \(outcome.status) \(outcome.errors)")
        #expect(outcome.errors.contains("hint:"), "\(outcome.errors)")
        #expect(sandbox.toldBreaches == [])
    }

    @Test("Every ready definition is one, and its name says what it is")
    func readyOnes() throws {
        #expect(ReadyMetrics.all.count == 16)
        #expect(Set(ReadyMetrics.all.map(\.name)).count == ReadyMetrics.all.count)
        for definition in ReadyMetrics.all {
            #expect(definition.name.text.hasPrefix("debvisor_") && !definition.help.isEmpty && definition.remark == nil)
            #expect(definition.labels != nil, "\(definition.name)")
        }
    }

    private func value(_ sandbox: Sandbox, _ series: String) async -> String {
        let outcome = await sandbox.run("metric expose")
        let line = outcome.output.split(separator: "\n").first { $0.hasPrefix(series + " ") }
        return line.map { String($0.dropFirst(series.count + 1)) } ?? "none"
    }

    @Test("Backups, verifications and restores note how they ended")
    func backups() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        await sandbox.prepare("backup create web1")
        sandbox.clock.set(Sandbox.today.adding(milliseconds: 60_000))
        await sandbox.prepare("backup create --file /srv/images/db1.img --name db1")
        await sandbox.prepare("backup verify")
        await sandbox.prepare("backup restore db1 --to /mnt/rescue/")
        #expect(
            await value(sandbox, #"debvisor_backup_runs_total{domain="web1",repository="main",result="success"}"#)
                == "1")
        #expect(await value(sandbox, #"debvisor_backup_last_run_failed{file="db1",repository="main"}"#) == "0")
        #expect(
            await value(sandbox, #"debvisor_backup_last_success_timestamp_seconds{domain="web1",repository="main"}"#)
                == "\(Sandbox.today.milliseconds / 1000)")
        #expect(await value(sandbox, #"debvisor_verify_damaged_backups{repository="main"}"#) == "0")
        #expect(
            await value(sandbox, #"debvisor_restore_runs_total{file="db1",repository="main",result="success"}"#) == "1")
        // One that fails is one too: its image is gone.
        try sandbox.remove("srv/images/web1.img")
        let failed = await sandbox.run("backup create web1")
        #expect(failed.status != 0)
        #expect(await value(sandbox, #"debvisor_backup_last_run_failed{domain="web1",repository="main"}"#) == "1")
        #expect(
            await value(sandbox, #"debvisor_backup_runs_total{domain="web1",repository="main",result="success"}"#)
                == "1")
    }

    @Test("A run counts once, whoever sees its end first")
    func runs() async throws {
        let sandbox = try Sandbox()
        try sandbox.makeScript()
        for (name, command) in [("good", sandbox.path("srv/bin/report")), ("bad", "/bin/false")] {
            _ = await sandbox.run(words: ["schedule", "add", name, "--cron", "@yearly", "--", command])
        }
        await sandbox.prepare("schedule execute good --wait")
        let failed = await sandbox.run("schedule execute bad --wait")
        #expect(failed.status == 1)
        for _ in 0..<3 { _ = await sandbox.run("schedule run-due") }
        #expect(await value(sandbox, #"debvisor_job_runs_total{job="good",status="completed"}"#) == "1")
        #expect(await value(sandbox, #"debvisor_job_runs_total{job="bad",status="failed"}"#) == "1")
        #expect(await value(sandbox, #"debvisor_job_last_run_failed{job="bad"}"#) == "1")
        #expect(await value(sandbox, #"debvisor_job_duration_seconds_count{job="good"}"#) == "1")
    }

    @Test("A store of metrics that fails is a warning, and there is a switch")
    func troubles() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        try sandbox.write([UInt8](repeating: 7, count: 9000), to: "state/metrics.db")
        let warned = await sandbox.run("backup create --file /srv/images/db1.img --name db1")
        #expect(warned.status == 0 && warned.errors.contains("own metrics were not written"), "\(warned.errors)")
        try sandbox.write("own_metrics = off\n", to: "etc/debvisor/debvisor.conf")
        let silent = await sandbox.run("backup create --file /srv/images/db1.img --name db1")
        #expect(silent.status == 0 && !silent.errors.contains("metrics"), "\(silent.errors)")
        try sandbox.write("own_metrics = perhaps\n", to: "etc/debvisor/debvisor.conf")
        let slip = await sandbox.run("system config")
        #expect(slip.status == 2 && slip.errors.contains("own_metrics"), "\(slip.errors)")
    }
}
