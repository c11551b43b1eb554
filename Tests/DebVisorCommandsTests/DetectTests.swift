import Anomalies
import DebVisorCore
import Foundation
import Metrics
import Platform
import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// `debvisor detect` over a real store of samples.
@Suite struct DetectTests {
    private func findings(_ outcome: Outcome) throws -> [[String: Any]] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]], "\(outcome)")
    }

    private func critical(_ outcome: Outcome) throws -> [[String: Any]] {
        try findings(outcome).filter { $0["severity"] as? String == "critical" }
    }

    @Test func aFirstRunRecordsTheLastDay() async throws {
        let sandbox = try Sandbox()
        try sandbox.feedLoad(hosts: ["a"])
        let outcome = await sandbox.run("detect run -o json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let found = try critical(outcome)
        try #require(found.count == 1)
        #expect(found[0]["timestamp"] as? String == "2026-11-25T01:20:00Z")
        #expect(found[0]["series"] as? String == "node_load1{host=\"a\"}")
        #expect((found[0]["tags"] as? [String: String]) == ["host": "a"])
        let other = try Sandbox()
        try other.feedLoad(hosts: ["a"])
        let words = await other.run("detect run")
        #expect(words.errors.contains("learned from and not recorded: "), "\(words)")
        #expect(sandbox.toldBreaches == [])
    }

    @Test func sinceSaysWhatIsRecorded() async throws {
        let sandbox = try Sandbox()
        try sandbox.feedLoad(hosts: ["a"])
        let found = try findings(await sandbox.run("detect run --since 7d -o json"))
        #expect(found.contains { $0["timestamp"] as? String == "2026-11-23T17:40:00Z" })
        #expect(found.contains { $0["timestamp"] as? String == "2026-11-25T01:20:00Z" })
    }

    @Test func twiceFindsNothingTwice() async throws {
        let sandbox = try Sandbox()
        try sandbox.feedLoad(hosts: ["a", "b"])
        let first = await sandbox.run("detect run")
        #expect(first.errors.contains("scored 6000 new rows of 2 series: 2 critical"), "\(first)")
        let second = await sandbox.run("detect run -o ndjson")
        #expect(second.output.contains(#""changed":false,"count":0"#), "\(second)")
        #expect(try findings(await sandbox.run("detect recent --severity critical -o json")).count == 2)
        #expect(try findings(await sandbox.run("detect recent --tag host=b --severity critical -o json")).count == 1)
        #expect(try findings(await sandbox.run("detect recent node_load1 --limit 1 -o json")).count == 1)
        #expect(try critical(await sandbox.run("detect recent --since 1h -o json")).isEmpty)
    }

    @Test func goesOnWhereItEnded() async throws {
        let (whole, parts) = (try Sandbox(), try Sandbox())
        try whole.feedLoad(hosts: ["a"])
        await whole.prepare("detect run --since 7d")
        for start in stride(from: 0, to: 3000, by: 600) {
            try parts.feed("node_load1", Sandbox.load(start..<start + 600), tags: ["host": "a"])
            await parts.prepare("detect run --since 7d")
        }
        let fields = "detect recent --fields timestamp,value,expected,anomaly_score,surprise,evidence -o json"
        let outcome = await parts.run(fields)
        #expect(outcome.output == (await whole.run(fields)).output)
        #expect(try findings(outcome).count >= 2)
    }

    @Test(
        "--fail-on ends with status 9",
        arguments: [("info", 9), ("critical", 9), ("none", 2)] as [(String, Int32)])
    func failOn(_ level: String, _ status: Int32) async throws {
        let sandbox = try Sandbox()
        try sandbox.feedLoad(hosts: ["a"])
        let outcome = await sandbox.run("detect run --fail-on \(level)")
        #expect(outcome.status == status)
        if status == 9 { #expect(outcome.errors.contains("hint: see why with: debvisor detect explain ")) }
        // Nothing new, nothing to fail on.
        if status == 9 { #expect(await sandbox.run("detect run --fail-on \(level)").status == 0) }
    }

    @Test func aDryRunChangesNothing() async throws {
        let sandbox = try Sandbox()
        try sandbox.feedLoad(hosts: ["a"])
        let outcome = await sandbox.run("detect run --dry-run")
        #expect(outcome.output.contains("what is new in 1 series"))
        #expect(!sandbox.exists("state/anomalies.db"))
    }

    @Test func countersAreScoredByTheirGrowth() async throws {
        let sandbox = try Sandbox()
        var sum = 0.0
        // A restart in the middle, and a burst.
        let samples = Sandbox.load(0..<3000).enumerated().map { minute, one -> (Timestamp, Double) in
            if minute == 2000 { sum = 0 }
            sum += one.1 * 60
            return (one.0, sum)
        }
        try sandbox.feed("node_network_receive_bytes_total", samples, tags: ["device": "eth0"], type: .counter)
        let found = try critical(await sandbox.run("detect run -o json"))
        try #require(found.count == 1, "\(found)")
        #expect(found[0]["per_second"] as? Bool == true)
        #expect((found[0]["value"] as? Double ?? 0) > 80)
        let id = try #require(found[0]["finding_id"] as? String)
        let story = await sandbox.run("detect explain \(id)")
        #expect(story.output.contains("a second where about"), "\(story)")
    }

    @Test func bucketsAreNotScored() async throws {
        let sandbox = try Sandbox()
        let store = try sandbox.metricStore
        let series = { (suffix: String, tags: [(name: String, value: String)]) in
            SeriesRequest(
                SeriesKey(try MetricName("latency_seconds\(suffix)"), try TagSet(tags)), .histogram, suffix: suffix)
        }
        for minute in 0..<50 as Range<Int64> {
            let time = Sandbox.yesterday.adding(milliseconds: minute * 60_000)
            try store.append([
                NewSample(try series("_bucket", [(name: "le", value: "1.0")]), Metrics.Sample(time, Double(minute))),
                NewSample(try series("_count", []), Metrics.Sample(time, Double(minute))),
                NewSample(try series("_sum", []), Metrics.Sample(time, Double(minute) / 2)),
            ])
        }
        let outcome = await sandbox.run("detect run")
        #expect(outcome.errors.contains("scored 98 new rows of 2 series"), "\(outcome)")
        let bucket = await sandbox.run("detect run latency_seconds_bucket")
        #expect(bucket.status == 2 && bucket.errors.contains("latency_seconds_count"), "\(bucket)")
    }

    @Test func whatIsNotThereIsSaid() async throws {
        let sandbox = try Sandbox()
        for line in ["detect run nothing", "detect explain 1", "detect replay nothing --threshold info"] {
            let outcome = await sandbox.run(line)
            #expect(outcome.status == 4 && outcome.errors.contains("hint: "), "\(outcome)")
        }
        #expect(await sandbox.run("detect run -o json").output == "[]\n")
        #expect(await sandbox.run("detect recent -o json").output == "[]\n")
        #expect(!sandbox.exists("state"))
        try sandbox.feedLoad(hosts: ["a"])
        let run = await sandbox.run("detect run node_laod1")
        #expect(run.status == 4 && run.errors.contains("did you mean 'node_load1'?"), "\(run)")
        let recent = await sandbox.run("detect recent node_laod1")
        #expect(recent.status == 0 && recent.errors.contains("did you mean 'node_load1'?"), "\(recent)")
        let explain = await sandbox.run("detect explain 7")
        #expect(explain.status == 4 && explain.errors.contains("detect r"), "\(explain)")
        #expect(sandbox.toldBreaches == [])
    }

    @Test func lateSamplesAreToldOnce() async throws {
        let sandbox = try Sandbox()
        try sandbox.feedLoad(hosts: ["a"])
        await sandbox.prepare("detect run")
        try sandbox.feed("node_load1", [(Sandbox.yesterday.adding(milliseconds: 30_000), 1e6)], tags: ["host": "a"])
        let late = await sandbox.run("detect run")
        #expect(late.errors.contains("came late") && late.errors.contains(": 1 of 1 series"), "\(late)")
        #expect(!(await sandbox.run("detect run").errors.contains("came late")))
    }

    @Test func anExplanationHasAPlot() async throws {
        let sandbox = try Sandbox()
        try sandbox.feedLoad(hosts: ["a"])
        let found = try critical(await sandbox.run("detect run -o json"))
        let id = try #require(found.first?["finding_id"] as? String)
        let outcome = await sandbox.run("detect explain \(id)")
        #expect(outcome.status == 0)
        for part in [
            "finding \(id), critical: node_load1{host=\"a\"}", "where about", "1 in ", "anomaly score 0.", "^",
        ] {
            #expect(outcome.output.contains(part), "\(part): \(outcome.output)")
        }
        // Without its samples it still says why.
        try sandbox.metricStore.delete(SeriesSelection(nil))
        let bare = await sandbox.run("detect explain \(id)")
        #expect(bare.output.contains("its samples are not stored any more"), "\(bare)")
        #expect(bare.output.contains("1 in "))
    }

    @Test func aReplayChangesNothing() async throws {
        let sandbox = try Sandbox()
        try sandbox.feedLoad(hosts: ["a"])
        let outcome = await sandbox.run("detect replay node_load1 --threshold critical -o json")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome)")
        #expect(object["raised"] as? Int == 2)
        #expect(object["rows"] as? Int == 3000)
        let week = try #require(object["per_week"] as? Double)
        #expect(abs(week - 2 * 10_080 / 2999) < 1e-9)
        let late = await sandbox.run("detect replay node_load1 --threshold 0.77 --since 24h -o json")
        #expect(late.output.contains(#""raised": 1"#), "\(late)")
        #expect(!sandbox.exists("state/anomalies.db"))
        for threshold in ["0", "1.1", "loud", "0.01"] {
            let wrong = await sandbox.run("detect replay node_load1 --threshold \(threshold)")
            #expect(wrong.status == 2, "\(wrong)")
        }
    }

    @Test(arguments: [
        (["detect", "explain", "1"], "words\n1\n"), (["detect", "recent", "n"], "words\nnode_load1\n"),
        (["baseline", "get", ""], "words\nnode_load1\n"),
        (["detect", "replay", "x", "--threshold", "c"], "words\ncritical\n"),
    ])
    func completes(_ words: [String], _ answer: String) async throws {
        let sandbox = try Sandbox()
        try sandbox.feedLoad(hosts: ["a"])
        await sandbox.prepare("detect run")
        await sandbox.prepare("baseline create node_load1")
        let line = ["--state-dir", sandbox.path("state")] + words
        let console = TestConsole()
        #expect(sandbox.program.answer(["__complete", "\(line.count)"] + line, console: console.console) == 0)
        #expect(console.output == answer)
    }
}
