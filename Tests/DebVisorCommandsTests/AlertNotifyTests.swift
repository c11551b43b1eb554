import Alerts
import DebVisorCore
import Foundation
import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// `debvisor alert notify` with commands and mails for real; webhooks that answer are in Tests/EndToEnd/alerts.sh.
@Suite struct AlertNotifyTests {
    private func records(_ outcome: Outcome) throws -> [[String: Any]] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]], "\(outcome)")
    }

    @Test("A command is added, tried, told, and deleted") func command() async throws {
        let sandbox = try Sandbox()
        try sandbox.addRules()
        try sandbox.makeScript("srv/bin/tell", "cat >> \"$1\"; echo got it")
        let words = [
            "alert", "notify", "add", "tell", "--command", sandbox.path("srv/bin/tell"), "--severity", "critical", "--",
            sandbox.path("told"),
        ]
        let added = await sandbox.run(words: words)
        #expect(
            added.status == 0 && added.errors == "debvisor: try it with: debvisor alert notify test tell\n", "\(added)")
        #expect(await sandbox.run(words: words + ["x"]).status == 6)
        #expect(await sandbox.run(words: words).errors == "debvisor: nothing to do\n")
        let test = await sandbox.run("alert notify test tell")
        #expect(test.output.hasSuffix("answer  got it\n"), "\(test)")
        #expect(try sandbox.text(of: "told").contains(#""test":true"#))
        try sandbox.remove("told")
        try sandbox.see(97, minute: -5)
        try sandbox.see(60, "db1", rule: "load", minute: -10)
        #expect(await sandbox.run("alert notify deliver -o json").output.contains(#""delivered": 1"#))
        #expect(try sandbox.text(of: "told").contains("vda of web01 is 97 % full"))
        #expect(await sandbox.run("alert notify deliver -o json").output.contains(#""changed": false"#))
        let outbox = try records(await sandbox.run("alert notify outbox tell -o json"))
        #expect(outbox.count == 1 && outbox[0]["state"] as? String == "delivered", "\(outbox)")
        #expect(await sandbox.run("alert notify delete tell").status == 2)
        await sandbox.prepare("alert notify delete tell --yes")
        #expect(await sandbox.run("alert notify delete tell --yes").status == 4)
        #expect(await sandbox.run("alert notify delete tell --yes --missing-ok").status == 0)
        #expect(sandbox.toldBreaches == [])
    }

    @Test("What fails is told, listed, and tried again") func failing() async throws {
        let sandbox = try Sandbox()
        try sandbox.addRules()
        try sandbox.makeScript("srv/bin/tell", "echo the line is dead >&2; exit 1")
        await sandbox.prepare("alert notify add tell --command /srv/bin/tell")
        let test = await sandbox.run("alert notify test tell")
        #expect(test.status == 1 && test.errors.contains("the line is dead"), "\(test)")
        try sandbox.see(97, minute: -5)
        let outcome = await sandbox.run("alert notify deliver")
        #expect(outcome.status == 3 && outcome.errors.contains("the line is dead"), "\(outcome)")
        let listed = try records(await sandbox.run("alert notify list -o json"))[0]
        #expect(listed["retrying"] as? Int == 1 && listed["due"] as? Int == 0 && listed["waiting"] as? Int == 1)
        #expect((listed["problem"] as? String)?.contains("the line is dead") == true)
        try sandbox.makeScript("srv/bin/tell", "exit 0")
        sandbox.clock.set(Sandbox.today.adding(milliseconds: 60_000))
        await sandbox.prepare("alert notify deliver")
        let healthy = try records(await sandbox.run("alert notify list -o json"))[0]
        #expect(healthy["problem"] is NSNull && healthy["delivered"] as? Int == 1, "\(healthy)")
        try sandbox.remove("srv/bin/tell")
        #expect(await sandbox.run("alert notify test tell").status == 1)
        #expect(sandbox.toldBreaches == [])
    }

    @Test("A mail goes to the program that the setting names") func mail() async throws {
        let sandbox = try Sandbox()
        try sandbox.makeScript("srv/bin/sendmail", "cat > \"$(dirname \"$0\")/mail\"")
        let early = await sandbox.run("alert notify add mail --email root --email anna@example.org --dry-run")
        #expect(early.status == 0, "\(early)")
        try sandbox.write("sendmail = \(sandbox.path("srv/bin/sendmail"))\n", to: "config/debvisor/debvisor.conf")
        let added = await sandbox.run("alert notify add mail --email root --email anna@example.org --from debvisor@h1")
        #expect(added.status == 0 && !added.errors.contains("warning"), "\(added)")
        await sandbox.prepare("alert notify test mail")
        let mail = try sandbox.text(of: "srv/bin/mail")
        #expect(mail.hasPrefix("To: root, anna@example.org\nFrom: debvisor@h1\nSubject: debvisor"), "\(mail)")
    }

    @Test("Secrets come from files, and come out nowhere") func secrets() async throws {
        let sandbox = try Sandbox()
        try sandbox.write("https://hooks.example.org/services/T0/hunter2hunter2\n", to: "etc/url")
        try sandbox.write("Authorization: Bearer hunter2hunter2\n\nX-Team: ops\n", to: "etc/headers")
        let added = await sandbox.run(
            "alert notify add chat --webhook-file /etc/url --header-file /etc/headers -o json")
        #expect(added.status == 0 && added.errors == "", "\(added)")
        let record = try records(added)[0]
        #expect(record["target"] as? String == "https://hooks.example.org/…")
        #expect(record["headers"] as? [String] == ["Authorization", "X-Team"])
        var seen = added.output
        for line in [
            "list -o json", "show chat", "show chat -o yaml", "delete chat --dry-run", "outbox -o json",
        ] {
            let outcome = await sandbox.run("alert notify \(line)")
            seen += outcome.output + outcome.errors
        }
        #expect(!seen.contains("hunter2"))
        // On a command line they are taken, with a warning that does not repeat them.
        let exposed = await sandbox.run(words: [
            "alert", "notify", "add", "other", "--webhook", "https://hooks.example.org/hunter2hunter2", "--header",
            "Authorization: hunter2hunter2", "--header", "Priority: high",
        ])
        #expect(exposed.status == 0)
        #expect(exposed.errors.contains("use --webhook-file") && exposed.errors.contains("use --header-file"))
        #expect(
            !exposed.errors.contains("Priority") && !(exposed.errors + exposed.output).contains("hunter2"), "\(exposed)"
        )
        #expect(sandbox.toldBreaches == [])
    }

    @Test(
        "Bad input is one error with a hint",
        arguments: [
            ("n", "--command", ""), ("n --command tell", "is no absolute path", "path"),
            ("n --command /bin/true --email root", "exclude each other", ""),
            ("n --command /bin/true -- --token=abc", "'--token'", "file"),
            ("n --email a,b", "is no mail address", "name@example.org"),
            ("n --email root --from a;b", "is no mail address", ""),
            ("n --webhook ftp://x/y", "address is none", "https://"),
            ("n --webhook http://example.org/x", "in the clear", "https://"),
            ("n --webhook https://example.org/x --header nothing", "must be a header", ""),
            ("n --command /bin/true --header a:b", "headers are for webhooks", "--webhook"),
            ("n --email root -- word", "is a word for a command", "--command"),
            ("n --webhook-file /etc/empty", "holds nothing", "first line"),
            ("n --webhook-file - --header-file -", "standard input", ""),
            ("n --webhook https://example.org/x --header-file /etc/debvisor/bad", "line 1 of", "Name: value"),
            ("-n --email root", "missing argument NAME", ""), ("a/b --email root", "cannot be the name", "letters"),
            ("n --email root --timeout 2h", "would wait 7200 s", "600"),
            ("n --email root --match x", "is no matcher", ""),
        ])
    func badInput(_ words: String, _ message: String, _ hint: String) async throws {
        let sandbox = try Sandbox()
        try sandbox.write("\n\n", to: "etc/empty")
        try sandbox.write("no header\n", to: "etc/debvisor/bad")
        let outcome = await sandbox.run("alert notify add \(words)")
        #expect(outcome.status == 2, "\(outcome)")
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.count == 2 && lines.first?.contains(message) == true, "\(outcome.errors)")
        #expect(hint.isEmpty || lines.last?.contains(hint) == true, "\(outcome.errors)")
        #expect(!sandbox.exists("state/alerts.db"))
        #expect(sandbox.toldBreaches == [])
    }

    @Test("A notifier is changed only if that is said") func replace() async throws {
        let sandbox = try Sandbox()
        await sandbox.prepare("alert notify add n --email root")
        let other = await sandbox.run("alert notify add n --email anna")
        #expect(other.status == 6 && other.errors.contains("hint: change it with --replace"), "\(other)")
        await sandbox.prepare("alert notify add n --email anna --replace --disabled")
        let record = try records(await sandbox.run("alert notify list -o json"))[0]
        #expect(record["target"] as? String == "anna" && record["enabled"] as? Bool == false)
    }

    @Test("Settings are checked together and kept") func settings() async throws {
        let sandbox = try Sandbox()
        let set = await sandbox.run(
            "alert settings set --remind critical=1h --remind warning=never --history-age 30d --group-wait 0s -o json")
        #expect(set.output.contains(#""remind_critical_seconds": 3600"#), "\(set)")
        #expect(set.output.contains(#""remind_warning_seconds": null"#))
        #expect(await sandbox.run("alert settings show -o json").output.contains(#""history_age_seconds": 2592000"#))
        #expect(await sandbox.run("alert settings set --group-wait 0s").errors == "debvisor: nothing to do\n")
        for words in [
            "--retry 2h", "--retry-most 3d", "--group-wait 2d", "--remind bad=1h", "--remind info=1s",
            "--flap-changes 1", "",
        ] {
            let outcome = await sandbox.run("alert settings set \(words)")
            #expect(outcome.status == 2, "\(words): \(outcome)")
        }
        #expect(sandbox.toldBreaches == [])
    }
}
