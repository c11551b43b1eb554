import DebVisorCore
import Foundation
import Metrics
import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// `debvisor trend` over a real store of samples.
@Suite struct TrendTests {
    /// So many samples until now, a step apart.
    private static func every(
        _ minutes: Int, _ count: Int, _ value: (Int) -> Double
    ) -> [(Timestamp, Double)] {
        (0..<count).map { row in
            (Sandbox.today.adding(milliseconds: Int64((row + 1 - count) * minutes) * 60_000), value(row))
        }
    }

    private static func noise(_ row: Int) -> Double { Double(row * 7919 % 13) / 13 - 0.5 }

    /// A disk that fills, one that empties, a flat one, a log that is rotated, a counter whose growth grows, a series that
    /// ended last month, and one that ended an hour ago.
    private static func furnish() throws -> Sandbox {
        let sandbox = try Sandbox()
        let day = 144.0
        try sandbox.feed(
            "disk_used_percent", every(10, 1000) { 60 + 3 * Double($0) / day + noise($0) }, tags: ["disk": "full"],
            limits: try MetricLimits(least: 0, most: 100))
        try sandbox.feed(
            "disk_used_percent", every(10, 1000) { 30 - 2 * Double($0) / day + noise($0) }, tags: ["disk": "empty"],
            limits: try MetricLimits(least: 0, most: 100))
        try sandbox.feed("disk_used_percent", every(10, 1000) { 50 + noise($0) }, tags: ["disk": "flat"])
        try sandbox.feed(
            "disk_used_percent", every(10, 1000) { 20 + 50 * Double(($0 + 50) % 100) / 100 }, tags: ["disk": "log"])
        var total = 0.0
        let sent = every(10, 1000) { row in
            if row == 400 { total = 0 }
            total += 600 * (1000 + Double(row) + 10 * noise(row))
            return total
        }
        try sandbox.feed("sent_bytes_total", sent, type: .counter)
        try sandbox.feed("old", [(Sandbox.today.adding(milliseconds: -40 * 86_400_000), 5)])
        try sandbox.feed(
            "ended", every(10, 100) { Double($0) }.dropLast() + [(Sandbox.today, Metrics.Sample.endOfSeries)])
        return sandbox
    }

    private func record(_ outcome: Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome)")
    }

    private func records(_ outcome: Outcome) throws -> [[String: Any]] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]], "\(outcome)")
    }

    @Test(
        "The slope is found within a twentieth",
        arguments: [
            ("disk_used_percent --tag disk=full", "increasing", 3.0),
            ("disk_used_percent --tag disk=empty", "decreasing", -2),
            ("disk_used_percent --tag disk=flat", "stable", 0),
            ("disk_used_percent --tag disk=log", "stable", 0), ("sent_bytes_total", "increasing", 144),
            ("ended", "increasing", 144),
        ])
    func analyses(line: String, direction: String, slope: Double) async throws {
        let sandbox = try Self.furnish()
        let analysis = try record(await sandbox.run("trend analyze \(line) -o json"))
        #expect(analysis["direction"] as? String == direction, "\(analysis)")
        if direction != "stable" {
            let found = try #require(analysis["slope_per_day"] as? Double)
            #expect(abs(found - slope) < abs(slope) / 20)
            #expect(abs(found / 86_400 - (analysis["slope"] as? Double ?? 0)) < abs(found) / 1e8)
            #expect((analysis["confidence"] as? Double ?? 0) > 0.99)
        }
        #expect((analysis["per_second"] as? Bool) == line.hasPrefix("sent"))
        #expect((analysis["ended_at"] as? String) == (line == "ended" ? "2026-11-25T03:00:00Z" : nil))
        let story = await sandbox.run("trend analyze \(line)")
        #expect(story.output.contains(analysis["message"] as? String ?? "nothing"))
        #expect(sandbox.toldBreaches == [])
    }

    @Test func listsTheSteepestFirst() async throws {
        let sandbox = try Self.furnish()
        let outcome = await sandbox.run("trend list -o json")
        #expect(
            try records(outcome).map { $0["series"] as? String } == [
                "ended", "sent_bytes_total", #"disk_used_percent{disk="full"}"#, #"disk_used_percent{disk="empty"}"#,
            ])
        let table = await sandbox.run("trend list")
        #expect(
            table.errors.contains("looked at 7 series: 3 increasing, 1 decreasing, 2 stable, 1 without samples"),
            "\(table)")
        for (line, count) in [
            ("--direction stable", 2), ("--direction decreasing", 1), ("disk_used_percent", 2), ("--tag disk=full", 1),
            ("--tag disk=none", 0), ("old", 0), ("old --window 60d --direction stable", 1), ("--window 60s", 0),
        ] {
            let found = try records(await sandbox.run("trend list \(line) -o json"))
            #expect(found.count == count, "\(line)")
        }
    }

    @Test(
        "A forecast has the right outcome and status",
        arguments: [
            // It is at 80.8 and gains 3 a day.
            ("full --threshold 100", 0, "expected"), ("full --threshold 100 --side above --within 8d", 9, "expected"),
            ("full --threshold 100 --side above --within 3d", 0, "expected"),
            ("full --threshold 70 --side above --within 1s", 9, "reached"), ("full --threshold 70", 0, "not-within"),
            ("full --threshold 120 --side above --within 90d", 0, "impossible"),
            ("empty --threshold 0", 0, "expected"), ("empty --threshold 0 --side below --within 30d", 9, "expected"),
            ("empty --threshold -5 --side below", 0, "impossible"), ("flat --threshold 100", 0, "not-within"),
            ("log --threshold 100 --side above --within 90d", 0, "not-within"),
            ("log --threshold 65 --side above --within 90d", 0, "recurring"),
        ])
    func forecasts(line: String, status: Int32, word: String) async throws {
        let sandbox = try Self.furnish()
        let outcome = await sandbox.run("trend forecast disk_used_percent --tag disk=\(line) -o json")
        #expect(outcome.status == status, "\(outcome)")
        let forecast = try record(outcome)
        #expect(forecast["outcome"] as? String == word, "\(forecast)")
        let times = ["earliest_at", "likely_at", "latest_at"].map { forecast[$0] as? String }
        if word == "expected" {
            let known = times.compactMap(\.self)
            #expect(times[1] != nil && known == known.sorted(), "\(times)")
        }
        if line == "full --threshold 100" { #expect(times[1]?.hasPrefix("2026-12-01") == true, "\(times)") }
        #expect(outcome.errors.contains("never reached") == (word == "impossible"))
        #expect(sandbox.toldBreaches == [])
    }

    @Test func ofBytesTakesASize() async throws {
        let sandbox = try Self.furnish()
        let outcome = await sandbox.run("trend forecast sent_bytes_total --threshold 2.5KiB")
        #expect(outcome.status == 0 && outcome.output.contains("it reaches 2.5 KiB/s about 2026-11-"), "\(outcome)")
        #expect(outcome.output.contains("all of this is about its growth a second"))
        #expect(outcome.output.contains("taken as reached is 2.5 KiB/s or more; --side says otherwise"))
    }

    @Test func areDrawn() async throws {
        let sandbox = try Self.furnish()
        for line in ["analyze disk_used_percent", "forecast disk_used_percent --threshold 100"] {
            let words = await sandbox.run("trend \(line) --tag disk=full")
            let plot = await sandbox.run("trend \(line) --tag disk=full --plot")
            #expect(plot.output.hasPrefix(words.output) && plot.output.count > words.output.count + 500)
            #expect(plot.output.contains("^") == line.hasPrefix("forecast"), "\(plot.output)")
            #expect(await sandbox.run("trend \(line) --tag disk=full --plot -o json").status == 2)
        }
    }

    @Test("Where samples were rolled up, averages are looked at, and that is said")
    func rollUps() async throws {
        let sandbox = try Sandbox()
        let hours = Self.every(60, 60 * 24) { 100 + 2 * Double($0) / 24 + Self.noise($0) }
        try sandbox.feed("disk_used_bytes", hours)
        let before = await sandbox.run("trend analyze disk_used_bytes --window 60d -o json")
        #expect(before.errors == "")
        #expect(try record(before)["rolled_up_at"] is NSNull)
        await sandbox.prepare("metric retention set --samples-age 20d --ten-minutes-age 40d --hours-age 100d")
        await sandbox.prepare("metric compact")
        let after = await sandbox.run("trend analyze disk_used_bytes --window 60d -o json")
        #expect(after.errors.contains("were rolled up: averages of 1 h were looked at"), "\(after)")
        let (old, new) = (try record(before), try record(after))
        #expect(new["rolled_up_at"] as? String != nil)
        #expect(abs((new["slope_per_day"] as? Double ?? 0) - 2) < 0.1)
        #expect((new["samples"] as? Int ?? 0) >= (old["samples"] as? Int ?? .max) - 2)
        #expect(await sandbox.run("trend list --window 60d").errors.contains("were rolled up"))
        let recent = await sandbox.run("trend analyze disk_used_bytes -o json")
        #expect(recent.errors == "", "\(recent)")
    }

    @Test(
        "Slips are told",
        arguments: [
            ("analyze disk_usde_percent", 4, "did you mean 'disk_used_percent'?"),
            ("analyze disk_used_percent", 2, "4 series fit"),
            ("analyze disk_used_percent --tag disk=x", 4, "has the tags"),
            ("analyze old", 4, "the newest is from 2026-10-16T03:00:00Z"),
            ("list disk_usde_percent", 4, "did you mean"),
            ("analyze old --window 1s", 2, "at least 1m"), ("list --direction up", 2, "increasing"),
            ("forecast old", 2, "--threshold"), ("forecast old --threshold much", 2, "a size like 200GiB"),
            ("forecast old --threshold nan", 2, "must be a number"),
            ("forecast old --threshold 1 --within 7d", 2, "--side"),
            ("forecast old --threshold 1 --side above --within 91d", 2, "90d or less"),
            ("forecast wait_seconds --threshold 1", 2, "wait_seconds_count"),
            ("analyze old --window 9223372036854775807s --plot -o json", 2, "for people"),
        ])
    func slips(line: String, status: Int32, text: String) async throws {
        let sandbox = try Self.furnish()
        await sandbox.prepare("metric add wait_seconds 0.3 --type histogram")
        let outcome = await sandbox.run("trend \(line)")
        #expect(outcome.status == status && outcome.output == "", "\(outcome)")
        #expect(outcome.errors.contains(text), "\(outcome.errors)")
        #expect(outcome.errors.contains(line.hasSuffix("json") ? #""hint":"# : "hint: "))
    }

    @Test func ofEverythingThereIs() async throws {
        let sandbox = try Self.furnish()
        let outcome = try record(await sandbox.run("trend analyze old --window 9223372036854775807s -o json"))
        #expect(outcome["direction"] as? String == "stable")
        #expect((outcome["lacks"] as? [String])?.first == "1 of 10 samples for a trend")
    }

    @Test func withoutAStoreNothingIsMade() async throws {
        let sandbox = try Sandbox()
        #expect(await sandbox.run("trend list -o json").output == "[]\n")
        for line in ["list x", "analyze x", "forecast x --threshold 1"] {
            #expect(await sandbox.run("trend \(line)").status == 4)
        }
        #expect(!sandbox.exists("state"))
    }
}
