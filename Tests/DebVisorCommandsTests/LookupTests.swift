import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// Names of real objects: suggested when one is misspelt, completed from our own stores.
@Suite struct LookupTests {
    @Test(
        arguments: [
            ("vm show wbe1", "there is no virtual machine 'wbe1'", "did you mean 'web1'?"),
            ("vm show nothing-like-it", "there is no virtual machine", "see them with: debvisor vm list"),
            ("vm stats bd1", "there is no virtual machine 'bd1'", "did you mean 'db1'?"),
            ("backup create wbe1", "there is no virtual machine 'wbe1'", "did you mean 'web1'?"),
            ("backup show wbe1", "there is no backup 'wbe1'", "did you mean 'web1'?"),
            (
                "backup verify web1@2026-11-26T03:00:00Z", "there is no backup",
                "did you mean 'web1@2026-11-25T03:00:00Z'?"
            ),
            ("backup restore wbe1 --to /mnt/rescue", "there is no backup 'wbe1'", "did you mean 'web1'?"),
            ("backup delete wbe1 --yes", "there is no backup 'wbe1'", "did you mean 'web1'?"),
            ("backup list -r mian", "there is no repository 'mian'", "did you mean 'main'?"),
            ("backup repository show mian", "there is no repository 'mian'", "did you mean 'main'?"),
            ("backup repository delete mian --yes", "there is no repository 'mian'", "did you mean 'main'?"),
        ])
    func suggests(_ line: String, _ message: String, _ hint: String) async throws {
        let sandbox = try await furnished()
        let outcome = await sandbox.run(line)
        #expect(outcome.status == 4)
        #expect(outcome.output == "")
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("debvisor: error: \(message)") == true, "\(outcome.errors)")
        #expect(lines.last == "  hint: \(hint)")
        #expect(sandbox.toldBreaches == [])
    }

    @Test func oneMachineIsFoundByItsUUIDToo() async throws {
        let sandbox = try Sandbox()
        let outcome = await sandbox.run("vm show 11111111-2222-3333-4444-555555555511 -o json --fields name")
        #expect(outcome.output.contains(#""name": "web1""#), "\(outcome.errors)")
    }

    /// The words that bash makes of a line, and what is offered; `@` and `:` split a backup's name.
    @Test(
        arguments: [
            (["vm", "show", "w"], "words\nweb1\n"), (["backup", "create", "d"], "words\ndb1\n"),
            (["backup", "list", "-r", "m"], "words\nmain\n"),
            (["backup", "show", "w"], "words\nweb1@2026-11-25T03:00:00Z\n"),
            (["backup", "show", "web1", "@", "2026"], "words\n@2026-11-25T03:00:00Z\n"),
            (["backup", "restore", "web1", "@", "2026-11-25T03", ":", "0"], "words\n00:00Z\n"),
            (["backup", "create", "--file", "a", "--name", ""], "words\n"),
            (["vm", "show", "web1", ""], "words\n"), (["backup", "list", ""], "words\nweb1\n"),
            (["backup", "list", "-r", "/srv/ma"], "directories\n/srv/ma\n"),
        ])
    func completes(_ words: [String], _ answer: String) async throws {
        let sandbox = try await furnished()
        let line = ["--state-dir", sandbox.path("state")] + words
        let console = TestConsole()
        #expect(sandbox.program.answer(["__complete", "\(line.count)"] + line, console: console.console) == 0)
        #expect(console.output == answer)
        #expect(console.errors == "")
    }

    @Test func completionMakesNothing() async throws {
        let sandbox = try Sandbox()
        let console = TestConsole()
        let words = ["__complete", "5", "--state-dir", sandbox.path("state"), "backup", "show", ""]
        #expect(sandbox.program.answer(words, console: console.console) == 0)
        #expect(console.output == "words\n")
        #expect(!sandbox.exists("state"))
    }

    private func furnished() async throws -> Sandbox {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        await sandbox.prepare("vm list")
        await sandbox.prepare("backup create web1")
        return sandbox
    }
}
