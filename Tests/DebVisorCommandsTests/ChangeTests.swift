import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// Plans: dry runs, questions, doing things twice, several things of which one fails.
@Suite struct ChangeTests {
    @Test func aDryRunOfABackupWritesNothing() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        let before = sandbox.files(below: "srv")
        let outcome = await sandbox.run("backup create --all --dry-run -o json")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains(#""action": "back up""#))
        #expect(outcome.output.contains(#""detail": "disks vda, vdb""#))
        #expect(sandbox.files(below: "srv") == before)
        #expect(await sandbox.run("backup list -o json").output == "[]\n")
    }

    @Test func registeringTwiceChangesNothing() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        let again = await sandbox.run("backup repository add /srv/main --key-file /etc/debvisor/main.key -o json")
        #expect(again.status == 0)
        #expect(again.output.contains(#""changed": false"#))
        let first = await sandbox.run("backup repository delete main --yes -o json")
        #expect(first.output == "{\n  \"name\": \"main\",\n  \"purged\": false,\n  \"changed\": true\n}\n")
        let second = await sandbox.run("backup repository delete main --yes --missing-ok -o json")
        #expect(second.output == "{\n  \"name\": \"main\",\n  \"purged\": false,\n  \"changed\": false\n}\n")
        let strict = await sandbox.run("backup repository delete main --yes")
        #expect(strict.status == 4)
    }

    @Test func addingAgainChangesWhatIsKnown() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        await sandbox.prepare("backup repository create /srv/other --name second --no-encryption")
        await sandbox.prepare("backup create web1 -r second")
        let planned = await sandbox.run("backup repository add /srv/other --default --dry-run")
        #expect(planned.output.contains("update  repository second"))
        let changed = await sandbox.run("backup repository add /srv/other --default -o json")
        #expect(changed.output.contains(#""is_default": true"#), "\(changed.errors)")
        #expect(changed.output.contains(#""changed": true"#))
        let again = await sandbox.run("backup repository add /srv/other --default -o json")
        #expect(again.output.contains(#""changed": false"#))
        let list = await sandbox.run("backup repository list -o tsv --no-header --fields name,is_default")
        #expect(list.output == "main\tfalse\nsecond\ttrue\n")
        await sandbox.prepare("backup show web1")
        // A key that does not open it is not remembered.
        await sandbox.prepare("backup repository create /srv/third --key-file /etc/third.key")
        let wrong = await sandbox.run("backup repository add /srv/main --key-file /etc/third.key")
        #expect(wrong.status == 5)
        await sandbox.prepare("backup list -r main")
    }

    @Test func withoutADefaultRepositoryOneMustBeNamed() async throws {
        let sandbox = try Sandbox()
        let none = await sandbox.run("backup list")
        #expect(none.status == 4)
        #expect(none.errors.contains("no repository is registered\n  hint: make one"))
        await sandbox.makeRepository()
        await sandbox.prepare("backup repository create /srv/other --no-encryption")
        await sandbox.prepare("backup repository delete main --yes")
        for line in ["backup list", "backup repository show"] {
            let outcome = await sandbox.run(line)
            #expect(outcome.status == 4)
            #expect(outcome.errors.contains("no repository is the default one\n  hint: name one with --repository"))
        }
    }

    @Test func deletingTwiceChangesNothing() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        await sandbox.prepare("backup create web1")
        let refused = await sandbox.run("backup delete web1")
        #expect(refused.status == 2)
        #expect(refused.errors.contains("  hint: use --yes to go ahead"))
        let declined = await sandbox.run("backup delete web1", TestConsole(isTerminal: true, answer: "n"))
        #expect(declined.status == 1)
        #expect(declined.errors.contains("delete  backup web1@2026-11-25T03:00:00Z"))
        let confirmed = await sandbox.run("backup delete web1", TestConsole(isTerminal: true, answer: "y"))
        #expect(confirmed.status == 0, "\(confirmed.errors)")
        #expect(await sandbox.run("backup delete web1 --yes").status == 4)
        let again = await sandbox.run("backup delete web1 --yes --missing-ok -o json")
        #expect(again.status == 0)
        #expect(again.output.contains(#""changed": false"#))
    }

    /// The second repository is untouched by what happens to the first.
    @Test func purgingRemovesTheFilesOfOneRepository() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        await sandbox.prepare("backup repository create /srv/other --no-encryption")
        let refused = await sandbox.run("backup repository delete main --purge")
        #expect(refused.status == 2)
        #expect(sandbox.exists("srv/main/format"))
        await sandbox.prepare("backup repository delete main --purge --yes")
        #expect(!sandbox.exists("srv/main/format"))
        #expect(sandbox.exists("srv/other/format"))
    }

    @Test func oneMachineThatFailsDoesNotKeepTheOthers() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        try sandbox.define(["db1", "lost", "web1"])
        let outcome = await sandbox.run("backup create --all -o json")
        #expect(outcome.status == 3)
        #expect(outcome.output.contains(#""reference": "db1@2026-11-25T03:00:00Z""#))
        #expect(outcome.output.contains(#""reference": "web1@2026-11-25T03:00:00Z""#))
        #expect(outcome.errors.hasPrefix(#"{"error":{"kind":"partial","status":3,"message":"1 item failed""#))
        #expect(outcome.errors.contains(#""items":[{"item":"lost","kind":"not_found""#))
        let alone = await sandbox.run("backup create lost")
        #expect(alone.status == 4)
        #expect(alone.output == "")
        #expect(sandbox.toldBreaches == [])
    }

    /// What could not be backed up is told each time: when the backup is made and when it is restored.
    @Test func aDiskThatIsSkippedMakesItPartial() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        try sandbox.define(["installer"])
        let made = await sandbox.run("backup create installer -o json")
        #expect(made.status == 3)
        #expect(made.output.contains(#""skipped_reason": "a medium in a cdrom drive"#))
        #expect(made.errors.contains(#""items":[{"item":"installer/sda","kind":"partial""#))
        let restored = await sandbox.run("backup restore installer --to /mnt/rescue")
        #expect(restored.status == 3)
        #expect(restored.errors.contains("error: installer/sda: not in the backup"))
        let excluded = await sandbox.run("backup create installer --exclude-disk sda")
        #expect(excluded.status == 0, "\(excluded.errors)")
        #expect(sandbox.toldBreaches == [])
    }

    @Test func linesOfNDJSONBeginWithALifeSignAndEndWithTheResult() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        let outcome = await sandbox.run("backup create --all -o ndjson --fields reference")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix(#"{"type":"progress","task":"asking test://"#) == true)
        #expect(
            lines.filter { $0.contains(#""type":"item""#) } == [
                #"{"type":"item","item":{"reference":"db1@2026-11-25T03:00:00Z"}}"#,
                #"{"type":"item","item":{"reference":"web1@2026-11-25T03:00:00Z"}}"#,
            ])
        #expect(lines.last == #"{"type":"result","status":0,"changed":true,"count":2}"#)
        for line in ["backup verify", "backup restore web1 --to /mnt/rescue", "backup delete web1 --yes"] {
            let long = await sandbox.run("\(line) -o ndjson")
            #expect(long.output.hasPrefix(#"{"type":"progress""#), "\(line): \(long.errors)")
        }
    }

    @Test func restoringReplacesOnlyWithYes() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        await sandbox.prepare("backup create web1")
        let content = try sandbox.bytes(of: "srv/images/web1.img")
        try sandbox.write("overwritten", to: "srv/images/web1.img")
        let refused = await sandbox.run("backup restore web1")
        #expect(refused.status == 6)
        #expect(refused.errors.contains("--yes"))
        #expect(try sandbox.text(of: "srv/images/web1.img") == "overwritten")
        let planned = await sandbox.run("backup restore web1 --yes --dry-run")
        #expect(planned.output.contains("replace  \(sandbox.path("srv/images/web1.img"))"))
        #expect(try sandbox.text(of: "srv/images/web1.img") == "overwritten")
        let done = await sandbox.run("backup restore web1 --yes -o json")
        #expect(done.status == 0, "\(done.errors)")
        #expect(done.output.contains(#""changed": true"#))
        #expect(try sandbox.bytes(of: "srv/images/web1.img") == content)
    }

    @Test func anInterruptedBackupIsNotListed() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        let cancellation = Cancellation()
        cancellation.request(2)
        let outcome = await sandbox.run("backup create web1", TestConsole(), cancellation)
        #expect(outcome == Outcome(status: 130, output: "", errors: "debvisor: error: interrupted: nothing was done\n"))
        #expect(await sandbox.run("backup list -o json").output == "[]\n")
    }

    @Test func aQuietBackupSaysNothing() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        #expect(await sandbox.run("backup create --all -q") == Outcome(status: 0, output: "", errors: ""))
        let data = await sandbox.run("backup list -q --no-header --fields reference")
        #expect(data.output == "db1@2026-11-25T03:00:00Z\nweb1@2026-11-25T03:00:00Z\n")
    }
}
