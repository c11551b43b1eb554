import Alerts
import DebVisorCore
import Foundation
import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// `debvisor alert silence` over a real store.
@Suite struct AlertSilenceTests {
    private func sandbox() async throws -> Sandbox {
        let sandbox = try Sandbox()
        try await sandbox.furnishAlerts()
        return sandbox
    }

    @Test("It shows what it would hide, hides it, shows it again, and stays on record") func life() async throws {
        let sandbox = try await sandbox()
        let line = "alert silence add host=h1 --for 2h --by anna --comment memory"
        let dry = await sandbox.run(line + " --dry-run")
        #expect(
            dry.output.contains(
                "until 2026-11-25T05:00:00Z; hides 1 alert now: disk-full of disk_used_percent{vm=\"web01\"}"),
            "\(dry)")
        #expect(try sandbox.alertStore.silences().count == 1)
        let added = await sandbox.run(line + " -o ndjson")
        #expect(added.output.contains(#""hides":1"#) && added.output.contains(#""id":"2""#), "\(added)")
        #expect(await sandbox.run(line + " -o ndjson").output.contains(#""changed":false"#))
        #expect(await sandbox.run("alert list --status suppressed").output.contains("97 % full"))
        #expect(await sandbox.run("alert show 3e4").output.contains("hidden by silence 2 by anna: memory"))
        let longer = await sandbox.run("alert silence add host=h1 --for 3h --by anna --comment more --dry-run")
        #expect(longer.errors.contains("warning: silence 2 by anna hides the same until 2026-11-25T05:00:00Z"))
        #expect(await sandbox.run("alert silence show 2").output.contains(Sandbox.webID))
        let deleted = await sandbox.run("alert silence delete 2 -o ndjson")
        #expect(deleted.output.contains(#""state":"deleted""#), "\(deleted)")
        #expect(await sandbox.run("alert silence delete 2 -o ndjson").output.contains(#""changed":false"#))
        #expect(await sandbox.run("alert list --status firing").output.contains("97 % full"))
        #expect(!(await sandbox.run("alert silence list -o json")).output.contains(#""id": "2""#))
        #expect(await sandbox.run("alert silence list --all -o json").output.contains(#""id": "2""#))
        #expect(sandbox.toldBreaches == [])
    }

    @Test(
        "Bad input is one error with a hint",
        arguments: [
            ("host=h1 --until 2026-11-25T02:00:00Z --comment x", "has passed", "give a time ahead"),
            ("host=h1 --until 2h --comment x", "has passed", "write +2h"),
            ("host=h1 --for 31d --comment x", "would last 31 days", "--long if it is meant"),
            ("host=h1 --until 2027-06-01 --comment x", "would last", "--long if it is meant"),
            ("host=h1 --for 99999d --long --comment x", "more than ten years", "rule"),
            ("host=h1 --for 1h", "--comment", ""), ("host=h1 --comment x", "'--until'", ""),
            ("host=h1 --for 1h --until +1h --comment x", "'--until' and '--for'", ""),
            ("--for 1h --comment x", "MATCHER", ""), ("host --for 1h --comment x", "is no matcher", ""),
            ("host=~( --for 1h --comment x", "is no regular expression", "regex(7)"),
            ("9=a --for 1h --comment x", "cannot be the name of a label", "letters"),
        ])
    func badInput(_ words: String, _ message: String, _ hint: String) async throws {
        let sandbox = try await sandbox()
        let outcome = await sandbox.run("alert silence add \(words)")
        #expect(outcome.status == 2, "\(outcome)")
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.count == 2 && lines.first?.contains(message) == true, "\(outcome.errors)")
        #expect(hint.isEmpty || lines.last?.contains(hint) == true, "\(outcome.errors)")
        #expect(try sandbox.alertStore.silences().count == 1)
        #expect(sandbox.toldBreaches == [])
    }

    @Test(
        "What hides nothing, or everything, says so",
        arguments: [
            ("hots=h1", "no alert has a label 'hots', so it hides nothing now; did you mean 'host'?"),
            ("vm=wbe01", "no alert matches 'vm=wbe01', so it hides nothing now; did you mean 'vm=web01'?"),
            ("vm=web01 host=h2", "no open alert matches it: it hides nothing now"),
            ("vm!=web01", "it hides everything that has no such label, too"),
        ])
    func remarks(_ matchers: String, _ warning: String) async throws {
        let sandbox = try await sandbox()
        let outcome = await sandbox.run("alert silence add \(matchers) --for 1h --comment x")
        #expect(outcome.status == 0)
        #expect(outcome.errors == "debvisor: warning: \(warning)\n")
    }

    @Test func whatIsNotThere() async throws {
        let sandbox = try await sandbox()
        #expect(await sandbox.run("alert silence delete 99").status == 4)
        #expect(await sandbox.run("alert silence delete 99 --missing-ok").status == 0)
        #expect(await sandbox.run("alert silence show 99").status == 4)
        #expect(await sandbox.run("alert silence show x").status == 2)
        #expect(sandbox.toldBreaches == [])
    }
}
