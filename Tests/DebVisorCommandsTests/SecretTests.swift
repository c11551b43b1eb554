import Testing

@testable import DebVisorCommands

/// What opens a repository, where it may come from, and how it is refused.
@Suite struct SecretTests {
    @Test func aKeyFileIsMadeForItsOwnerAndRemembered() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        #expect(try sandbox.text(of: "etc/debvisor/main.key").hasPrefix("debvisor-key-1 "))
        await sandbox.prepare("backup list")
        try sandbox.write("debvisor-key-1 not-hex\n", to: "etc/debvisor/broken.key")
        let broken = await sandbox.run("backup list --key-file /etc/debvisor/broken.key")
        #expect(broken.status == 2)
        #expect(broken.errors.contains("is not a key file"))
        #expect(broken.errors.contains("  hint: a key file has one line"))
        let image = await sandbox.run("backup list --key-file /srv/images/web1.img")
        #expect(image.status == 2)
        #expect(image.errors.contains("is too large"))
        #expect(image.errors.contains("  hint: check the path"))
    }

    @Test func aPasswordFileHasItsPasswordInTheFirstLine() async throws {
        let sandbox = try Sandbox()
        try sandbox.write("open sesame\nanother line\n", to: "etc/password")
        try sandbox.write("open barley\n", to: "etc/wrong")
        try sandbox.write("\nopen sesame\n", to: "etc/empty")
        await sandbox.prepare("backup repository create /srv/main --password-file /etc/password --default")
        await sandbox.prepare("backup list")
        let wrong = await sandbox.run("backup list --password-file /etc/wrong")
        #expect(wrong.status == 5)
        #expect(wrong.errors.contains("  hint: check --password-file"))
        let empty = await sandbox.run("backup list --password-file /etc/empty")
        #expect(empty.status == 2)
        #expect(empty.errors.contains("holds no password"))
        let missing = await sandbox.run("backup list --password-file /etc/none")
        #expect(missing.status == 4)
        let both = await sandbox.run("backup list --password-file /etc/password --key-file /etc/wrong")
        #expect(both.status == 2)
        #expect(both.errors.contains("'--password-file' and '--key-file' exclude each other"))
    }

    @Test func theServiceManagersCredentialsOpenIt() async throws {
        let sandbox = try Sandbox(environment: ["CREDENTIALS_DIRECTORY": "/nowhere"])
        await sandbox.prepare("backup repository create /srv/main --key-file /etc/debvisor/main.key")
        await sandbox.prepare("backup repository delete main --yes")
        let sealed = await sandbox.run("backup list -r /srv/main")
        #expect(sealed.status == 5)
        let key = try sandbox.text(of: "etc/debvisor/main.key")
        let service = try Sandbox(environment: ["CREDENTIALS_DIRECTORY": sandbox.path("etc/credentials")])
        try sandbox.makeDirectory("etc/credentials")
        try sandbox.write(key, to: "etc/credentials/debvisor.key")
        let opened = await service.run(words: ["backup", "list", "-r", sandbox.path("srv/main")])
        #expect(opened.status == 0, "\(opened.errors)")
    }

    @Test func withoutASecretAndATerminalItIsDenied() async throws {
        let sandbox = try Sandbox()
        try sandbox.write("open sesame\n", to: "etc/password")
        await sandbox.prepare("backup repository create /srv/main --password-file /etc/password")
        await sandbox.prepare("backup repository delete main --yes")
        let outcome = await sandbox.run("backup list -r /srv/main")
        #expect(outcome.status == 5)
        #expect(outcome.errors.contains("is encrypted and no secret was given"))
        #expect(outcome.errors.contains("  hint: give --key-file or --password-file"))
        let asked = await sandbox.run("backup list -r /srv/main", TestConsole(isTerminal: true, answer: "open sesame"))
        #expect(asked.status == 0, "\(asked.errors)")
        let mistyped = await sandbox.run("backup list -r /srv/main", TestConsole(isTerminal: true, answer: "open"))
        #expect(mistyped.status == 5)
    }

    @Test func aNewRepositoryNeedsADecision() async throws {
        let sandbox = try Sandbox()
        let undecided = await sandbox.run("backup repository create /srv/main")
        #expect(undecided.status == 2)
        #expect(undecided.errors.contains("say what opens the repository"))
        #expect(!sandbox.exists("srv/main"))
        for conflict in ["--key-file /k --no-encryption", "--password-file /p --no-encryption"] {
            let outcome = await sandbox.run("backup repository create /srv/main \(conflict)")
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains("exclude each other"))
        }
        await sandbox.prepare("backup repository create /srv/main --no-encryption")
    }
}
