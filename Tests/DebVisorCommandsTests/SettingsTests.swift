import CommandKit
import DebVisorCore
import Platform
import Testing

@testable import DebVisorCommands

/// Where settings come from, and what is said about a file that is wrong.
@Suite struct SettingsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var option: String?
        var environment: String?
        var user: String?
        var system: String?
        var value: String
        var origin: String
        var testDescription: String { "\(value) from \(origin)" }
    }

    @Test(arguments: [
        Case(option: "o:", environment: "e:", user: "u:", system: "s:", value: "o:", origin: "option"),
        Case(environment: "e:", user: "u:", system: "s:", value: "e:", origin: "environment DEBVISOR_URI"),
        // An empty variable counts as unset, as XDG has it.
        Case(environment: "", user: "u:", system: "s:", value: "u:", origin: "ROOT/config/debvisor/debvisor.conf:2"),
        Case(user: "u:", system: "s:", value: "u:", origin: "ROOT/config/debvisor/debvisor.conf:2"),
        Case(system: "s:", value: "s:", origin: "ROOT/etc/debvisor/debvisor.conf:2"),
        Case(value: "qemu:///session", origin: "default"),
    ])
    func theFirstOneWins(_ line: Case) async throws {
        let sandbox = try Sandbox(environment: ["DEBVISOR_URI": line.environment ?? ""])
        if let user = line.user {
            try sandbox.write("# of the user\nconnect = \(user)\n", to: "config/debvisor/debvisor.conf")
        }
        if let system = line.system {
            try sandbox.write("# of the host\n connect=\(system) # behind\n", to: "etc/debvisor/debvisor.conf")
        }
        let options = line.option.map { " -c \($0)" } ?? ""
        let outcome = await sandbox.run("system config -o tsv --no-header\(options)")
        let origin = line.origin.replacing("ROOT", with: sandbox.root)
        #expect(outcome.output.split(separator: "\n").first == "connect\t\(line.value)\t\(origin)")
        #expect(outcome.errors == "")
    }

    @Test func aNamedFileStandsAlone() async throws {
        let sandbox = try Sandbox(environment: ["DEBVISOR_URI": ""])
        try sandbox.write("connect = u:\n", to: "config/debvisor/debvisor.conf")
        try sandbox.write("timeout = 1m\n", to: "other.conf")
        let outcome = await sandbox.run("--config /other.conf system config -o tsv --no-header --fields name,value")
        #expect(
            outcome.output
                == "connect\tqemu:///session\nown_metrics\ton\nsendmail\t/usr/sbin/sendmail\n"
                + "state_dir\t\(sandbox.path("state"))\ntimeout\t1m\n")
        let missing = await sandbox.run("--config /none.conf system config")
        #expect(missing.status == 2)
        #expect(missing.errors.contains("'\(sandbox.path("none.conf"))'"))
        #expect(missing.errors.contains("  hint: it is named by --config or DEBVISOR_CONFIG"))
    }

    @Test(
        arguments: [
            ("conect = x", "there is no setting 'conect'", "did you mean 'connect'?"),
            (
                "colour = x", "there is no setting 'colour'",
                "there are: connect, own_metrics, sendmail, state_dir, timeout"
            ),
            ("connect", "a line must be 'key = value'", "comments begin with '#'"),
            ("connect =", "the setting 'connect' must not be empty", "see debvisor.conf(5)"),
            (
                "sendmail = msmtp", "the setting 'sendmail' must be an absolute path, like /usr/sbin/sendmail",
                "see debvisor.conf(5)"
            ),
            ("state_dir = # none", "the setting 'state_dir' must not be empty", "see debvisor.conf(5)"),
            (
                "timeout = soon", "the setting 'timeout' must be a duration like 90s, 5m, 2h, 7d or 1h30m",
                "see debvisor.conf(5)"
            ),
            (
                "own_metrics = yes", "the setting 'own_metrics' must be one of on, off", "see debvisor.conf(5)"
            ),
            ("timeout = 0s", "the setting 'timeout' must be at least 1s", "see debvisor.conf(5)"),
        ])
    func errorsNameFileAndLine(_ text: String, _ message: String, _ hint: String) async throws {
        let sandbox = try Sandbox()
        try sandbox.write("# first\n\n\(text)\n", to: "config/debvisor/debvisor.conf")
        let outcome = await sandbox.run("vm list")
        let path = sandbox.path("config/debvisor/debvisor.conf")
        #expect(
            outcome
                == Outcome(status: 2, output: "", errors: "debvisor: error: \(path):3: \(message)\n  hint: \(hint)\n"))
    }

    @Test func theTimeoutOfAFileCounts() async throws {
        let sandbox = try Sandbox()
        try sandbox.write("timeout = 45s\n", to: "config/debvisor/debvisor.conf")
        let outcome = await sandbox.run("system config -o json")
        #expect(outcome.output.contains(#""value": "45s""#))
    }

    @Test func anEmptyURIIsRefused() async throws {
        let outcome = try await Sandbox().run(words: ["vm", "list", "-c", ""])
        #expect(outcome.status == 2)
        #expect(outcome.errors.hasPrefix("debvisor: error: invalid value '' for '--connect': must be a URI"))
    }
}
