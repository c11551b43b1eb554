import DebVisorCore
import Foundation
import Metrics
import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// `debvisor baseline` over a real store of samples.
@Suite struct BaselineTests {
    private func records(_ outcome: Outcome) throws -> [[String: Any]] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]], "\(outcome)")
    }

    @Test func areMadeRenewedAndDeleted() async throws {
        let sandbox = try Sandbox()
        try sandbox.feedLoad(hosts: ["a", "b"])
        let made = try records(await sandbox.run("baseline create node_load1 --tag host=a -o json"))
        #expect(made.count == 1)
        #expect(made[0]["samples"] as? Int == 3000)
        #expect(made[0]["last_updated"] as? String == "2026-11-25T03:00:00Z")
        #expect((made[0]["percentiles"] as? [String: Double])?.count == 7)
        #expect((made[0]["lacks"] as? [String])?.contains { $0.contains("of 14 days") } == true)
        // Only what is missing.
        #expect(try records(await sandbox.run("baseline create node_load1 -o json")).count == 1)
        let again = await sandbox.run("baseline create node_load1 -o ndjson")
        #expect(again.output.contains(#""changed":false,"count":2"#), "\(again)")
        sandbox.clock.set(Sandbox.today.adding(milliseconds: 60_000))
        #expect(await sandbox.run("baseline update node_load1 -o ndjson").output.contains(#""changed":false"#))
        try sandbox.feed("node_load1", [(Sandbox.today, 7)], tags: ["host": "b"])
        let updated = try records(await sandbox.run("baseline update node_load1 -o json"))
        #expect(updated.map { $0["samples"] as? Int } == [3000, 3001])
        #expect(updated.map { $0["last_updated"] as? String } == ["2026-11-25T03:00:00Z", "2026-11-25T03:01:00Z"])
        let day = try records(await sandbox.run("baseline update node_load1 --tag host=b --from 1h --to now -o json"))
        #expect(day.map { $0["samples"] as? Int } == [60])
        let deleted = try records(await sandbox.run("baseline delete node_load1 --tag host=b --yes -o json"))
        #expect(deleted.count == 1)
        #expect(try records(await sandbox.run("baseline list -o json")).count == 1)
        #expect(await sandbox.run("baseline delete node_load1 --tag host=b --yes").status == 4)
        #expect(await sandbox.run("baseline delete node_load1 --tag host=b --yes --missing-ok").status == 0)
        #expect(await sandbox.run("baseline delete node_load1").status == 2)
        #expect(sandbox.toldBreaches == [])
    }

    @Test func autoSaysWhatIsMissing() async throws {
        let sandbox = try Sandbox()
        try sandbox.feedLoad(hosts: ["a"])
        try sandbox.feed("young", [(Sandbox.yesterday, 1), (Sandbox.today, 2)])
        try sandbox.feed("gone", [(Sandbox.yesterday, .nan)])
        let first = try records(await sandbox.run("baseline auto -o json"))
        let states = Dictionary(
            uniqueKeysWithValues: first.map { ($0["metric_name"] as? String ?? "", $0["status"] as? String ?? "") })
        #expect(states == ["node_load1": "created", "young": "lacking", "gone": "lacking"])
        let young = first.first { $0["metric_name"] as? String == "young" }
        #expect(young?["lacks"] as? [String] == ["2 of 100 samples"])
        let second = await sandbox.run("baseline auto -o ndjson")
        #expect(second.output.contains(#""status":"unchanged""#) && second.output.contains(#""changed":false"#))
        try sandbox.feed("node_load1", [(Sandbox.today, 7)], tags: ["host": "a"])
        #expect(await sandbox.run("baseline auto node_load1").output.contains("updated"))
        #expect(sandbox.toldBreaches == [])
    }

    @Test func areShownToPeople() async throws {
        let sandbox = try Sandbox()
        let quarters = 20 * 96
        let days = (0..<quarters).map { quarter -> (Timestamp, Double) in
            let time = Sandbox.today.adding(milliseconds: Int64(quarter - quarters) * 900_000)
            let noise = Double(quarter * 7919 % 13) / 10
            return (time, Double(quarter % 96) + noise)
        }
        try sandbox.feed("load", days)
        await sandbox.prepare("baseline create load")
        let outcome = await sandbox.run("baseline get load")
        #expect(outcome.output.contains("usual at the hours of a day"), "\(outcome)")
        #expect(outcome.output.contains("sun 00:00"))
        #expect(outcome.output.contains("the hour of the day tells what is usual"))
        let plot = await sandbox.run("baseline get load --plot")
        #expect(plot.output.count > outcome.output.count + 500)
        #expect(await sandbox.run("baseline get load --plot -o json").status == 2)
        let json = await sandbox.run("baseline get load -o json")
        #expect(json.output.contains(#""season": "day""#) && json.output.contains(#""weekday": "sunday""#), "\(json)")
    }

    @Test func whatIsNotThereIsSaid() async throws {
        let sandbox = try Sandbox()
        for line in ["create x", "update x", "get x", "delete x --yes"] {
            let outcome = await sandbox.run("baseline \(line)")
            #expect(outcome.status == 4 && outcome.errors.contains("hint: "), "\(outcome)")
        }
        #expect(await sandbox.run("baseline auto -o json").output == "[]\n")
        #expect(!sandbox.exists("state"))
        try sandbox.feedLoad(hosts: ["a", "b"])
        await sandbox.prepare("baseline create node_load1")
        let near = await sandbox.run("baseline get node_laod1")
        #expect(near.status == 4 && near.errors.contains("did you mean 'node_load1'?"), "\(near)")
        let several = await sandbox.run("baseline get node_load1")
        #expect(several.status == 2 && several.errors.contains("--tag"), "\(several)")
        let span = await sandbox.run("baseline update node_load1 --from 1h --to 2h")
        #expect(span.status == 2, "\(span)")
        let empty = await sandbox.run("baseline update node_load1 --tag host=a --from 2020-01-01 --to 2020-01-02")
        #expect(empty.status == 4 && empty.errors.contains("in that time"), "\(empty)")
        try sandbox.metricStore.delete(
            SeriesSelection(try MetricName("node_load1"), try TagSet([(name: "host", value: "b")])))
        let partial = await sandbox.run("baseline update node_load1")
        #expect(partial.status == 3, "\(partial)")
        #expect(sandbox.toldBreaches == [])
    }
}
