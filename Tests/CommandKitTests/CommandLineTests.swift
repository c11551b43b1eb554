import Testing

@testable import CommandKit

/// Whole lines: where options may stand, how a line that is wrong is answered.
@Suite struct CommandLineTests {
    /// Lines that mean the same.
    @Test(arguments: [
        "vm list --state running --keep 1", "--state running vm list --keep 1", "--state=running --keep=1 vm ls",
        "-k1 vm --state running ls", "vm --state running list -k 1", "-o table --state running -k 1 vm list",
        "--keep 1 --state running --color never vm list", "-k 1 --state-dir /tmp --state running vm list",
    ])
    func optionsStandAnywhere(_ line: String) async {
        let outcome = await demoProgram().outcome(line)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            outcome.output == "NAME  STATE     MEMORY  CREATED               TAGS\n"
                + "web   running  2.0 GiB  2026-11-24T18:01:22Z  front, prod\n")
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var line: String
        var message: String
        var hint: String
        var testDescription: String { line }
    }

    @Test(arguments: [
        Refusal(line: "", message: "a command is needed", hint: "one of vm, host; see 'demo --help'"),
        Refusal(
            line: "vm", message: "'demo vm' needs a verb",
            hint: "one of list, show, watch, start, delete, disk; see 'demo vm --help'"),
        Refusal(
            line: "vm disk", message: "'demo vm disk' needs a verb", hint: "one of show; see 'demo vm disk --help'"),
        Refusal(line: "vm lits", message: "unknown command 'vm lits'", hint: "did you mean 'demo vm list'?"),
        Refusal(line: "wm list", message: "unknown command 'wm'", hint: "one of vm, host; see 'demo --help'"),
        Refusal(line: "hots watch", message: "unknown command 'hots'", hint: "did you mean 'demo host'?"),
        Refusal(
            line: "vm li", message: "unknown command 'vm li'",
            hint: "one of list, show, watch, start, delete, disk; see 'demo vm --help'"),
        Refusal(line: "vm list --stat running", message: "unknown option '--stat'", hint: "did you mean '--state'?"),
        Refusal(
            line: "vm list --state runing",
            message: "invalid value 'runing' for '--state': must be one of running, stopped, paused",
            hint: "did you mean 'running'?"),
        Refusal(
            line: "vm list --keep 0", message: "invalid value '0' for '--keep': must be a whole number from 1 to 10",
            hint: "see 'demo vm list --help'"),
        Refusal(line: "vm show", message: "missing argument VM", hint: "see 'demo vm show --help'"),
        Refusal(line: "vm show a b", message: "unexpected argument 'b'", hint: "see 'demo vm show --help'"),
        Refusal(
            line: "vm delete web", message: "option '--password-file' is required", hint: "see 'demo vm delete --help'"),
        Refusal(
            line: "vm list -a --state running", message: "'--all' and '--state' exclude each other",
            hint: "see 'demo vm list --help'"),
        Refusal(
            line: "vm list --offset 1", message: "'--offset' needs '--keep' too", hint: "see 'demo vm list --help'"),
        Refusal(line: "vm list --fields nam", message: "unknown field 'nam'", hint: "did you mean 'name'?"),
        Refusal(
            line: "vm list --fields name,state,name", message: "the field 'name' is named twice",
            hint: "see 'demo vm list --help'"),
        Refusal(line: "vm list --dry-run", message: "unknown option '--dry-run'", hint: "see 'demo vm list --help'"),
        Refusal(
            line: "vm list --tag =x",
            message: "invalid value '=x' for '--tag': must be a key and a value, like owner=anna",
            hint: "see 'demo vm list --help'"),
        Refusal(line: "help vm lost", message: "unknown command 'vm lost'", hint: "did you mean 'demo vm list'?"),
    ])
    func refuses(_ refusal: Refusal) async {
        let outcome = await demoProgram().outcome(refusal.line)
        #expect(
            outcome
                == Outcome(
                    status: 2, output: "", errors: "demo: error: \(refusal.message)\n  hint: \(refusal.hint)\n"))
    }

    @Test func answersWrongLinesWithoutAContext() {
        let recorder = Recorder()
        #expect(demoProgram().answer(["vm", "lits"], console: recorder.console) == 2)
        #expect(demoProgram().answer(["--version"], console: recorder.console) == 0)
        #expect(demoProgram().answer(["vm", "list"], console: recorder.console) == nil)
        #expect(recorder.output == "demo 1.2.3\n")
    }

    @Test(arguments: ["vm list -o json --keep 0", "-o json vm list --nonsense", "vm lits -o json", "-ojson"])
    func errorsAreObjectsForScripts(_ line: String) async {
        let outcome = await demoProgram().outcome(line)
        #expect(outcome.status == 2)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix(#"{"error":{"kind":"usage","status":2,"message":""#))
        #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
    }

    @Test func anErrorObjectHasEveryKey() async {
        let outcome = await demoProgram().outcome("vm show wbe -o json")
        #expect(
            outcome
                == Outcome(
                    status: 4, output: "",
                    errors:
                        #"{"error":{"kind":"not_found","status":4,"message":"no machine 'wbe'","hint":"did you mean 'web'?","#
                        + #""cause":"asked twice","command":"demo vm show"}}"# + "\n"))
    }

    @Test(arguments: [
        "vm list --help", "vm list -h --keep 0", "--help vm list", "help vm list", "help vm ls",
        "-h vm list x --nonsense",
    ])
    func helpIsTheSameEverywhere(_ line: String) async {
        let outcome = await demoProgram().outcome(line)
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("demo vm list: List virtual machines\n\nEXAMPLES\n"))
        #expect(outcome.errors == "")
    }
}
