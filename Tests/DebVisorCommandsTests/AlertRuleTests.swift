import DebVisorCore
import Foundation
import Metrics
import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// `debvisor alert rule` over a real store.
@Suite struct AlertRuleTests {
    private func records(_ outcome: Outcome) throws -> [[String: Any]] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]], "\(outcome)")
    }

    private func record(_ outcome: Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome)")
    }

    @Test(
        "What cannot work is told, with a hint, and nothing is added",
        arguments: [
            ("add r pool_used_percent", 2, "give one of"),
            ("add r pool_used_percent --above 1 --below 2", 2, "exclude"),
            ("add r pool_used_percent --above x", 2, "a number, or a size"),
            ("add r pool_usd_percent --above 1", 4, "did you mean 'pool_used_percent'?"),
            ("add r nothing --above 1", 4, "--unknown-ok"), ("add r 9x --above 1", 2, "cannot be the name of a metric"),
            ("add a/b pool_used_percent --above 1", 2, "cannot be the name of a rule"),
            ("add r wait_seconds --above 1", 2, "wait_seconds_count"),
            ("add r pool_used_percent --tag pool=ssd --above 100", 2, "never above 100"),
            ("add r pool_used_percent --tag pool=ssd --reaches 120 --within 7d", 2, "never above 100"),
            ("add r pool_used_percent --reaches 90", 2, "--within"),
            ("add r pool_used_percent --reaches 90 --within 91d", 2, "90d or less"),
            ("add r pool_used_percent --above 1 --within 1d", 2, "--reaches"),
            ("add r pool_used_percent --above 1 --over 5m", 2, "exclude"),
            ("add r pool_used_percent --absent 5m --over 5m", 2, "for rates"),
            ("add r pool_used_percent --rate-above 1", 2, "samples come every 1800 s"),
            ("add r pool_used_percent --above 90 --clear-below 95", 2, "would clear at 95"),
            ("add r pool_used_percent --above 90 --clear-above 80", 2, "does not belong"),
            ("add r pool_used_percent --absent 1h --clear-below 80", 2, "does not belong"),
            ("add r pool_used_percent --above-baseline p98", 2, "must be one of p1, p5"),
            ("add r pool_used_percent --anomaly 2", 2, "must be a score"),
            ("add r pool_used_percent --anomaly 1", 2, "never fire"),
            ("add r pool_used_percent --above 1 --no-data 10m", 2, "every 1800 s"),
            ("add r pool_used_percent --above 1 --tag pool", 2, "is no matcher"),
            ("add r pool_used_percent --above 1 --tag pool=~(", 2, "regular expression"),
            ("add r pool_used_percent --above 1 --severity bad", 2, "info, warning, critical"),
            ("add pool-high pool_used_percent --above 1", 6, "--replace"),
            ("add r debvisor_job_overdue_seconds --absent 1h", 2, "could never fire"),
            ("show pool-hih", 4, "did you mean 'pool-high'?"), ("delete pool-high", 2, "asks before"),
            ("delete nothing --yes", 4, "there is no rule"), ("enable nothing", 4, "there is no rule"),
            ("test nothing", 4, "there is no rule"), ("test pool-high --since +1d", 2, "lies ahead"),
        ])
    func slips(line: String, status: Int32, text: String) async throws {
        let sandbox = try await RuleExamples.sandbox()
        let before = await sandbox.run("alert rule list -o json")
        let outcome = await sandbox.run("alert rule \(line)")
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.output == "")
        #expect(outcome.errors.contains(text), "\(outcome.errors)")
        #expect(outcome.errors.contains("hint: "))
        #expect(await sandbox.run("alert rule list -o json") == before)
        #expect(sandbox.toldBreaches == [])
    }

    @Test("Samples that are kept for less than a rule needs")
    func retention() async throws {
        let sandbox = try await RuleExamples.sandbox()
        await sandbox.prepare("metric retention set --samples-age 1d --ten-minutes-age 9d --hours-age 9d -q")
        let outcome = await sandbox.run("alert rule add r pool_used_percent --above 90 --for 2d")
        #expect(outcome.status == 2 && outcome.errors.contains("they are kept for 86400 s"), "\(outcome)")
    }

    @Test(
        "Conditions in words",
        arguments: [
            ("--above 90 --clear-below 80.5", "above 90 %, clear below 80.5 %"), ("--below 1e1", "below 10 %"),
            ("--absent 90m", "no sample for 1 h 30 min"),
            ("--rate-above 0.5 --over 2h", "changes by above 0.5 %/s over 2 h"),
            ("--reaches 90 --within 7d", "reaches 90 % or more within 7 d"),
            ("--reaches 10 --side below --within 12h", "reaches 10 % or less within 12 h"),
            ("--below-baseline 5", "below p5 of its baseline"), ("--anomaly warning", "anomaly score above 0.65"),
        ])
    func words(options: String, text: String) async throws {
        let sandbox = try await RuleExamples.sandbox()
        let rule = try record(await sandbox.run("alert rule add r pool_used_percent \(options) -o json"))
        #expect(rule["condition"] as? String == text)
        #expect(rule["origin"] as? String == "own")
        #expect(try record(await sandbox.run("alert rule show r -o json"))["condition"] as? String == text)
    }

    @Test func addingTwiceChangesNothing() async throws {
        let sandbox = try await RuleExamples.sandbox()
        let line = "alert rule add pool-high pool_used_percent --above 70 -o ndjson"
        #expect((await sandbox.run(line)).output.contains(#""changed":false"#))
        let other = await sandbox.run("alert rule add pool-high pool_used_percent --above 60 --replace -o ndjson")
        #expect(other.output.contains(#""changed":true"#), "\(other)")
        #expect(try records(await sandbox.run("alert rule list -o json"))[0]["threshold"] as? Double == 60)
    }

    @Test("What a rule waits for is said once")
    func warnings() async throws {
        let sandbox = try await RuleExamples.sandbox()
        let unmatched = await sandbox.run("alert rule add r pool_used_percent --tag pool=tape --above 90")
        #expect(
            unmatched.status == 0 && unmatched.errors.contains("no series of 'pool_used_percent' matches pool=tape"))
        #expect(unmatched.errors.split(separator: "\n").count == 1)
        let unknown = await sandbox.run("alert rule add s backups_total --unknown-ok --above 90")
        #expect(unknown.status == 0 && unknown.errors.contains("waits until there is one"), "\(unknown)")
        let usual = await sandbox.run("alert rule add t pool_used_percent --above-baseline p99")
        #expect(
            usual.errors.contains("0 of 2 series have a baseline") && usual.errors.contains("--for 10m"), "\(usual)")
    }

    @Test("Times without data fit how often a series is measured")
    func noData() async throws {
        let sandbox = try await RuleExamples.sandbox()
        try sandbox.feed("often", (0..<50).map { (Sandbox.today.adding(milliseconds: Int64($0 - 50) * 1000), 1) })
        for (line, seconds) in [
            ("often --above 5", 600), ("often --anomaly 0.6", 3600), ("pool_used_percent --above 5", 5400),
            ("pool_used_percent --above 5 --no-data 2h", 7200),
        ] {
            let rule = try record(await sandbox.run("alert rule add r \(line) --replace -o json"))
            #expect(rule["no_data_seconds"] as? Double == Double(seconds), "\(line)")
        }
    }

    @Test func showTellsWhatItLooksAt() async throws {
        let sandbox = try await RuleExamples.sandbox()
        await sandbox.prepare("alert run -q")
        let rule = try record(await sandbox.run("alert rule show pool-high -o json"))
        let series = try #require(rule["series"] as? [[String: Any]])
        #expect(
            series.map { $0["series"] as? String } == [
                "pool_used_percent{pool=\"hdd\"}", "pool_used_percent{pool=\"ssd\"}",
            ])
        let alerts = try #require(rule["alerts"] as? [[String: Any]])
        #expect(alerts.map { $0["message"] as? String } == ["pool_used_percent of pool ssd is 71 %, above 70 %"])
        #expect(rule["open_alerts"] as? Int == 1)
    }

    @Test("What a deleted rule had open is over, and a ready one does not come back")
    func deletion() async throws {
        let sandbox = try await RuleExamples.sandbox()
        let first = await sandbox.run("alert run")
        #expect(first.errors.contains("hypervisor-down, backup-failed, job-overdue"), "\(first)")
        let list = try records(await sandbox.run("alert rule list -o json"))
        #expect(list.filter { $0["origin"] as? String == "ready" }.count == 3)
        let plan = await sandbox.run("alert rule delete pool-high --dry-run")
        #expect(plan.output.contains("open alerts that end: 1"), "\(plan)")
        await sandbox.prepare("alert rule delete pool-high job-overdue --yes -q")
        await sandbox.prepare("alert rule delete pool-high --yes --missing-ok -q")
        await sandbox.prepare("alert run -q")
        let names = try records(await sandbox.run("alert rule list -o json")).compactMap { $0["rule"] as? String }
        #expect(names == ["backup-failed", "hypervisor-down"])
    }

    @Test func disabledRulesAreNotLookedAt() async throws {
        let sandbox = try await RuleExamples.sandbox()
        await sandbox.prepare("alert rule disable pool-high -q")
        #expect((await sandbox.run("alert rule disable pool-high -o ndjson")).output.contains(#""changed":false"#))
        #expect((await sandbox.run("alert run -o json")).output == "[]\n")
        #expect((await sandbox.run("alert run pool-high")).errors.contains("rule 'pool-high' is disabled"))
        await sandbox.prepare("alert rule enable pool-high -q")
        #expect(try records(await sandbox.run("alert run -o json")).map { $0["status"] as? String } == ["firing"])
    }
}
