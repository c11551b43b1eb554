import Alerts
import DebVisorCore
import Foundation
import Platform
import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// `debvisor alert` over a real store.
@Suite struct AlertTests {
    private func records(_ outcome: Outcome) throws -> [[String: Any]] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]], "\(outcome)")
    }

    private func ids(_ outcome: Outcome) throws -> [String] {
        try records(outcome).compactMap { ($0["tags"] as? [String: String])?["vm"] }
    }

    @Test("Without a store everything is empty, and nothing is made") func nothing() async throws {
        let sandbox = try Sandbox()
        for line in [
            "alert list", "alert list --fail-on info", "alert history", "alert silence list", "alert notify list",
            "alert notify outbox",
        ] { #expect(await sandbox.run(line + " -o json") == Outcome(status: 0, output: "[]\n", errors: ""), "\(line)") }
        #expect(await sandbox.run("alert show abc").status == 4)
        #expect(await sandbox.run("alert settings show").status == 0)
        #expect(await sandbox.run("alert silence add host=a --for 1h --comment x --dry-run").status == 0)
        #expect(await sandbox.run("alert notify add n --command /bin/true --dry-run").status == 0)
        #expect(!sandbox.exists("state"))
        #expect(sandbox.toldBreaches == [])
    }

    @Test("What calls for somebody comes first, what is hidden last") func order() async throws {
        let sandbox = try Sandbox()
        try sandbox.addRules()
        for (minute, vm) in ["acked", "hidden", "worst"].enumerated() {
            try sandbox.see(97, vm, host: vm == "hidden" ? "h9" : "h1", minute: Int64(minute) - 60)
        }
        try sandbox.see(60, "waits", rule: "load", minute: -59)
        for minute in [-60, -50, -45, -40] as [Int64] { try sandbox.see(60, "mild", rule: "load", minute: minute) }
        try sandbox.see(97, "over", minute: -60)
        try sandbox.see(10, "over", minute: -59)
        let acked = AlertID(rule: "disk-full", series: "series-acked")
        await sandbox.prepare("alert ack \(acked) --by anna")
        await sandbox.prepare("alert silence add host=h9 --for 1h --comment moves")
        #expect(try ids(await sandbox.run("alert list -o json")) == ["worst", "mild", "waits", "acked", "hidden"])
        #expect(try ids(await sandbox.run("alert list --all -o json")).last == "over")
        #expect(
            try ids(await sandbox.run("alert list --status suppressed --status pending -o json")) == [
                "waits", "hidden",
            ])
        #expect(try ids(await sandbox.run("alert list --severity critical -o json")) == ["worst", "acked", "hidden"])
        #expect(try ids(await sandbox.run("alert list host=h1 vm=~w.* -o json")) == ["worst", "waits"])
        let first = await sandbox.run("alert list --limit 1")
        #expect(first.output.contains("of worst is") && !first.output.contains("of mild is"), "\(first)")
        #expect(first.errors == "debvisor: 4 more are not shown; --limit shows more\n")
        #expect(await sandbox.run("alert list rule=load --limit 1").errors.contains("1 more are not shown"))
        #expect(sandbox.toldBreaches == [])
    }

    @Test(
        "--fail-on counts what fires and nobody looks after, within the filter and beyond the limit",
        arguments: [
            ("--fail-on critical", 9), ("--fail-on warning", 9), ("--fail-on critical host=h2", 0),
            ("--fail-on warning --limit 1 host=~h[12]", 9), ("--fail-on info --status pending", 0),
        ] as [(String, Int32)])
    func failOn(_ words: String, _ status: Int32) async throws {
        let sandbox = try Sandbox()
        try await sandbox.furnishAlerts()
        let outcome = await sandbox.run("alert list \(words)")
        #expect(outcome.status == status, "\(outcome)")
        if status == 9 {
            #expect(outcome.errors.contains("1 of at least"))
            #expect(outcome.errors.contains("hint: see why with: debvisor alert show \(Sandbox.webID)"))
        }
        #expect(sandbox.toldBreaches == [])
    }

    @Test("An acknowledged alert fails nothing until its severity rises, a gap is no end") func attention() async throws
    {
        let sandbox = try Sandbox()
        try sandbox.addRules()
        try sandbox.see(97, severity: .warning, minute: -30)
        #expect(await sandbox.run("alert list --fail-on warning").status == 9)
        await sandbox.prepare("alert ack 3e4")
        #expect(await sandbox.run("alert list --fail-on warning").status == 0)
        try sandbox.see(98, severity: .critical, minute: -29)
        #expect(await sandbox.run("alert list --fail-on warning").status == 9)
        await sandbox.prepare("alert silence add vm=web01 --for 1h --comment moves")
        #expect(await sandbox.run("alert list --fail-on warning").status == 0)
        await sandbox.prepare("alert silence delete 1")
        try sandbox.alertStore.evaluate([], at: Sandbox.today.adding(milliseconds: 4 * 3_600_000))
        let outcome = await sandbox.run("alert list --fail-on warning -o json")
        #expect(outcome.status == 9 && outcome.output.contains(#""status": "nodata""#), "\(outcome)")
    }

    @Test("An acknowledgement is told once, lapses, and needs something that fires") func acknowledge() async throws {
        let sandbox = try Sandbox()
        try await sandbox.furnishAlerts()
        let dry = await sandbox.run("alert ack 3e4 --by anna --until +2h --dry-run")
        #expect(dry.output.contains("by anna until 2026-11-25T05:00:00Z: vda of web01 is 97 % full"), "\(dry)")
        let first = await sandbox.run("alert ack 3e4 --by anna --until +2h --note moving -o ndjson")
        #expect(first.output.contains(#""changed":true"#) && first.output.contains(#""acknowledged_by":"anna""#))
        let second = await sandbox.run("alert ack \(Sandbox.webID) 3e4 --by anna --until +2h --note moving -o ndjson")
        #expect(second.output.contains(#""changed":false,"count":1"#), "\(second)")
        let pending = await sandbox.run("alert ack \(AlertID(rule: "load", series: "series-db1"))")
        #expect(pending.status == 6 && pending.errors.contains("is pending"), "\(pending)")
        let past = await sandbox.run("alert ack 3e4 --until 2h")
        #expect(past.status == 2 && past.errors.contains("hint: a span without a sign is so long ago: write +2h"))
        #expect(await sandbox.run("alert ack 3e4 --by").status == 2)
        #expect(await sandbox.run(words: ["alert", "ack", "3e4", "--by", " "]).status == 2)
        let none = await sandbox.run("alert ack ffff")
        #expect(none.status == 4)
        #expect(none.errors.contains("there is no alert 'ffff'"))
        #expect(sandbox.toldBreaches == [])
    }

    @Test("Who is at work by sudo is named") func person() async throws {
        let sandbox = try Sandbox(environment: ["SUDO_USER": "berta"])
        try await sandbox.furnishAlerts()
        let outcome = try records(await sandbox.run("alert ack 3e4 -o json"))
        let expected = UserAccount.current(Environment([:])).isRoot ? "berta" : UserAccount.nameOfThisProcess
        #expect(outcome.first?["acknowledged_by"] as? String == expected)
    }

    @Test("What is resolved by hand says by whom; again changes nothing; what is false is noted once") func resolve()
        async throws
    {
        let sandbox = try Sandbox()
        try await sandbox.furnishAlerts()
        #expect(await sandbox.run("alert resolve 3e4 --dry-run").output.contains("resolve"))
        await sandbox.prepare("alert resolve 3e4 --by anna")
        #expect(await sandbox.run("alert resolve 3e4 -o ndjson").output.contains(#""changed":false"#))
        let last = try records(await sandbox.run("alert history 3e4 --limit 1 -o json"))[0]
        #expect(last["to_status"] as? String == "resolved" && last["actor"] as? String == "anna")
        // Also of what is over.
        let said = await sandbox.run("alert resolve 3e4 --false -o json")
        #expect(try records(said)[0]["false_alarm"] as? Bool == true)
        let lessons = try #require(try records(said)[0]["lessons"] as? [String])
        #expect(lessons.first?.hasPrefix("nothing is learned from an alert of 'disk-full'") == true)
        #expect(await sandbox.run("alert resolve 3e4 --false -o ndjson").output.contains(#""changed":false"#))
        // A new episode is not false.
        try sandbox.see(99, minute: 5)
        #expect(try records(await sandbox.run("alert list vm=web01 -o json"))[0]["false_alarm"] as? Bool == false)
        #expect(sandbox.toldBreaches == [])
    }

    @Test("Of several, what can be changed is changed") func several() async throws {
        let sandbox = try Sandbox()
        try await sandbox.furnishAlerts()
        let outcome = await sandbox.run("alert ack 3e4 \(AlertID(rule: "load", series: "series-db1")) -o json")
        #expect(outcome.status == 3, "\(outcome)")
        #expect(try records(outcome).count == 1)
        #expect(outcome.errors.contains(#""message":"1 item failed""#))
        #expect(await sandbox.run("alert resolve 3e4 ffff").status == 4)
    }

    @Test("It says why, what it knows, who was told, and what became of it") func story() async throws {
        let sandbox = try Sandbox()
        try await sandbox.furnishAlerts()
        await sandbox.prepare("alert notify deliver")
        await sandbox.prepare("alert ack 3e4 --by anna --note moving")
        let text = await sandbox.run("alert show 3e4").output
        for line in [
            "critical, acknowledged since 2026-11-25T03:00:00Z: disk-full (alert \(Sandbox.webID))\n",
            "\nvda of web01 is 97 % full\n",
            "  the rule looks for disk_used_percent above 95 %, clear below 90 %\n",
            "  series disk_used_percent{vm=\"web01\"}, of machine:web01\n",
            "  97 % at 2026-11-25T02:59:00Z, threshold 95 %\n",
            "  2 samples beyond it from 2026-11-25T02:10:00Z to 2026-11-25T02:59:00Z, 97 % at worst\n",
            "  anna looks after it since 2026-11-25T03:00:00Z: moving\n", "firing to page: delivered\n",
            "acknowledged, by anna: acknowledged: moving\n",
        ] { #expect(text.contains(line), "\(line)\(text)") }
        let json = await sandbox.run("alert show 3e4 -o json")
        let story = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect((story["history"] as? [[String: Any]])?.count == 3)
        #expect((story["notices"] as? [[String: Any]])?.first?["state"] as? String == "delivered")
        #expect(sandbox.toldBreaches == [])
    }

    @Test("A beginning of an id that several have is refused") func ambiguous() async throws {
        let sandbox = try Sandbox()
        try sandbox.addRules()
        for number in 0..<40 { try sandbox.see(97, "vm\(number)", minute: -1) }
        let ids = try sandbox.alertStore.alerts().map(\.id.text)
        let first = try #require(
            Dictionary(grouping: ids, by: { String($0.prefix(1)) }).first { $0.value.count > 1 }?.key)
        let outcome = await sandbox.run("alert show \(first)")
        #expect(outcome.status == 2 && outcome.errors.contains("several alerts begin with"), "\(outcome)")
    }

    @Test("Names of alerts, silences and notifiers are completed and suggested") func names() async throws {
        let sandbox = try Sandbox()
        try await sandbox.furnishAlerts()
        for (words, answer) in [
            (["alert", "show", "3e"], "words\n\(Sandbox.webID)\n"),
            (["alert", "notify", "test", "p"], "words\npage\n"),
        ] {
            let line = ["--state-dir", sandbox.path("state")] + words
            let console = TestConsole()
            #expect(sandbox.program.answer(["__complete", "\(line.count)"] + line, console: console.console) == 0)
            #expect(console.output == answer)
        }
        #expect(await sandbox.run("alert notify test pgae").errors.contains("hint: did you mean 'page'?"))
    }

    @Test("A watch in a pipe has a line for each alert, and then for each change") func watch() async throws {
        let sandbox = try Sandbox()
        try await sandbox.furnishAlerts()
        let cancellation = Cancellation()
        let pieces = Locked(0)
        let console = TestConsole { _ in
            let count = pieces.withLock { count in
                count += 1
                return count
            }
            // The first two are the alerts.
            if count == 2 { try? sandbox.see(10, minute: 1) }
            if count == 3 { _ = cancellation.request(2) }
        }
        let outcome = await sandbox.run("alert list --watch", console, cancellation)
        let lines = outcome.output.split(separator: "\n")
        #expect(outcome.status == 130 && lines.count == 3, "\(outcome)")
        #expect(
            lines.first == "2026-11-25T02:10:00Z critical firing \(Sandbox.webID) disk-full: vda of web01 is 97 % full")
        #expect(lines.last?.contains(" critical resolved \(Sandbox.webID) disk-full: ") == true)
        #expect(lines.last?.hasSuffix("it is clear (rules)") == true)
        #expect(await sandbox.run("alert list --watch -o json").status == 2)
        #expect(await sandbox.run("alert list --watch --fail-on info").status == 2)
        #expect(sandbox.toldBreaches == [])
    }

    @Test("A watch on a terminal draws the list anew; NDJSON has what changed") func watchForms() async throws {
        for (words, terminal) in [("alert list --watch", true), ("alert list --watch -o ndjson", false)] {
            let sandbox = try Sandbox()
            try await sandbox.furnishAlerts()
            let cancellation = Cancellation()
            let pieces = Locked(0)
            let console = TestConsole(isTerminal: terminal) { text in
                let count = pieces.withLock { count in
                    count += 1
                    return count
                }
                // The first picture has both; then one is over.
                if count == 1 { try? sandbox.see(10, minute: 1) }
                if terminal ? !text.contains("97 %") : text.contains(#""status":"resolved""#) {
                    _ = cancellation.request(2)
                }
            }
            let outcome = await sandbox.run(words, console, cancellation)
            #expect(outcome.status == 130, "\(outcome)")
            #expect(outcome.output.contains("97 %"))
            #expect(sandbox.toldBreaches == [])
        }
    }
}
