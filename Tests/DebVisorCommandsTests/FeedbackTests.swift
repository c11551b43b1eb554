import Anomalies
import DebVisorCore
import Foundation
import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// `debvisor detect feedback`, and what `alert resolve --false` stands on.
@Suite struct FeedbackTests {
    private func objects(_ outcome: Outcome) throws -> [[String: Any]] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]], "\(outcome)")
    }

    /// What was found, the most certain first: `finding_id`, `series_id`, …
    private func findings(_ sandbox: Sandbox) async throws -> [[String: Any]] {
        try objects(await sandbox.run("detect recent -o json")).sorted {
            ($0["surprise"] as? Double ?? 0) > ($1["surprise"] as? Double ?? 0)
        }
    }

    @Test func toldListedAndTakenBack() async throws {
        let sandbox = try Sandbox()
        try sandbox.feedLoad(hosts: ["a", "b"])
        await sandbox.prepare("detect run --since 7d")
        let found = try await findings(sandbox)
        let id = try #require(found[0]["finding_id"] as? String)
        let dry = await sandbox.run("detect feedback add \(id) --by ops --dry-run")
        #expect(dry.status == 0 && dry.output.contains("lower"), "\(dry)")
        #expect(await sandbox.run("detect feedback list -o json").output == "[]\n")
        let told = await sandbox.run("detect feedback add \(id) --by ops")
        #expect(told.status == 0, "\(told)")
        for part in [
            "weight 0.1 instead of 1", "10 times as rare", "would score", "of the last 30 days",
            "feedback delete \(id)",
        ] { #expect(told.errors.contains(part), "\(part): \(told)") }
        let listed = try objects(await sandbox.run("detect feedback list node_load1 -o json"))
        try #require(listed.count == 1)
        #expect(listed[0]["finding_id"] as? String == id && listed[0]["told_by"] as? String == "ops")
        #expect(listed[0]["weight"] as? Double == 0.1)
        #expect(listed[0]["series_id"] as? String == found[0]["series_id"] as? String)
        let again = await sandbox.run("detect feedback add \(id) --by eve -o ndjson")
        #expect(again.output.contains(#""changed":false"#) && again.output.contains(#""told_by":"ops""#), "\(again)")
        let unasked = await sandbox.run("detect feedback delete \(id)")
        #expect(unasked.status == 2, "\(unasked)")
        let gone = await sandbox.run("detect feedback delete \(id) --yes")
        #expect(gone.status == 0 && gone.output.contains("ops"), "\(gone)")
        #expect(await sandbox.run("detect feedback list -o json").output == "[]\n")
        #expect(sandbox.toldBreaches == [])
    }

    @Test func explainSaysIt() async throws {
        let sandbox = try Sandbox()
        try sandbox.feedLoad(hosts: ["a"])
        await sandbox.prepare("detect run --since 7d")
        let id = try #require(try await findings(sandbox)[0]["finding_id"] as? String)
        #expect(!(await sandbox.run("detect explain \(id)").output.contains("false alarm")))
        await sandbox.prepare("detect feedback add \(id) --by ops")
        let story = await sandbox.run("detect explain \(id)").output
        for part in ["a false alarm, as ops told at ", "which are now: ", " 0.1", "would score"] {
            #expect(story.contains(part), "\(part): \(story)")
        }
        let object = await sandbox.run("detect explain \(id) -o json").output
        #expect(object.contains(#""false_alarm_by": "ops""#), "\(object)")
        // Learned anew, weights are what they were; a replay has them, and scores what is still to come.
        await sandbox.prepare("detect run --anew")
        #expect(try objects(await sandbox.run("detect feedback list -o json")).count == 1)
    }

    /// The spike of each host comes again, as it was, two days later: what was told to be false is less severe then.
    @Test func whatComesAgainScoresLess() async throws {
        let (plain, told) = (try Sandbox(), try Sandbox())
        var scores: [Double] = []
        for sandbox in [plain, told] {
            try sandbox.feedLoad(hosts: ["a", "b"])
            await sandbox.prepare("detect run --since 7d")
            if sandbox === told {
                let ids = try await findings(sandbox).filter { ($0["tags"] as? [String: String]) == ["host": "a"] }
                    .compactMap { $0["finding_id"] as? String }
                await sandbox.prepare("detect feedback add \(ids.joined(separator: " ")) --by ops")
            }
            let outcome = await sandbox.run("detect replay node_load1 --threshold 0.05 -o json")
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
            let found = try #require(object["findings"] as? [[String: Any]])
            for host in ["a", "b"] {
                let of = found.filter { ($0["tags"] as? [String: String]) == ["host": host] }
                scores.append(of.reduce(0) { $0 + ($1["anomaly_score"] as? Double ?? 0) })
            }
        }
        #expect(scores[2] < scores[0], "of the series it was told of")
        #expect(scores[3] == scores[1], "of the other one")
    }

    @Test func theEffectInWords() async throws {
        let sandbox = try Sandbox()
        try sandbox.feedLoad(hosts: ["a"])
        await sandbox.prepare("detect run --since 7d")
        let context = try #require(sandbox.context)
        let found = try await findings(sandbox)
        let id = try #require(found[0]["series_id"] as? String)
        let (from, until) = (Sandbox.yesterday.adding(milliseconds: -7 * 86_400_000), Sandbox.today)
        func tell(_ series: String, from: Timestamp = from) throws -> FalseAlarmEffect? {
            try context.falseAlarm(series: series, from: from, until: until, by: "ops", at: Sandbox.today)
        }
        #expect(try tell("0000000000000001") == nil)
        #expect(try tell("no id") == nil)
        #expect(try tell(id, from: until) == nil)
        let effect = try #require(try tell(id))
        #expect(effect.changed && effect.sentences.count >= 4)
        #expect(effect.sentences.contains { $0.contains("of the \(found.count) finding") }, "\(effect.sentences)")
        let again = try #require(try tell(id))
        #expect(!again.changed && again.sentences[0].contains("by ops at 2026-"), "\(again.sentences)")
    }

    @Test(
        arguments: [
            ("detect feedback add 4711 --by ops", 4, "there is no finding '4711'"),
            ("detect feedback add 1 --by ''", 2, "one line"), ("detect feedback add --by ops", 2, "ID"),
            ("detect feedback delete 4711 --yes", 4, "nobody told finding '4711'"),
            ("detect feedback delete 4711 --yes --missing-ok", 0, ""),
            ("detect feedback list node_laod1", 0, "did you mean 'node_load1'?"),
        ] as [(String, Int32, String)])
    func badInput(_ line: String, _ status: Int32, _ text: String) async throws {
        let sandbox = try Sandbox()
        let empty = await sandbox.run(words: Array(ExampleTests.words(of: "debvisor \(line)").dropFirst()))
        #expect(empty.status == status, "\(empty)")
        #expect(!sandbox.exists("state"))
        try sandbox.feedLoad(hosts: ["a"])
        await sandbox.prepare("detect run")
        let outcome = await sandbox.run(words: Array(ExampleTests.words(of: "debvisor \(line)").dropFirst()))
        #expect(outcome.status == status && (text.isEmpty || outcome.errors.contains(text)), "\(outcome)")
        if status > 0 { #expect(outcome.errors.contains("hint: "), "\(outcome)") }
    }
}
