import Testing

@testable import CommandKit

/// Plans: dry runs, questions, doing things twice, partial failures, interruptions.
@Suite struct ChangeTests {
    let delete = "vm delete web --password-file -"

    @Test func aDryRunShowsStepsAndDoesNothing() async {
        let table = await demoProgram().outcome(delete + " -n")
        #expect(
            table
                == Outcome(
                    status: 0, output: "ACTION  OBJECT  DETAIL          SIZE\ndelete  vm web  with its disks     -\n",
                    errors: ""))
        let json = await demoProgram().outcome(delete + " --dry-run -o json --fields=")
        #expect(json.status == 2)
        let steps = await demoProgram().outcome(delete + " --dry-run -o json")
        #expect(
            steps.output == """
                [
                  {
                    "action": "delete",
                    "object": "vm web",
                    "detail": "with its disks",
                    "size_bytes": null
                  }
                ]

                """)
        let nothing = await demoProgram().outcome("vm delete x --password-file - --missing-ok -n")
        #expect(nothing == Outcome(status: 0, output: "there is no machine 'x'\n", errors: ""))
        let none = await demoProgram().outcome("vm delete x --password-file - --missing-ok -n -o json")
        #expect(none.output == "[]\n")
    }

    @Test(arguments: [("y", 0), ("Yes", 0), ("n", 1), ("", 1)] as [(String, Int32)])
    func aDestroyingCommandAsksOnATerminal(_ answer: String, _ status: Int32) async {
        let recorder = Recorder(isTerminal: true, answer: answer)
        let outcome = await demoProgram().outcome(delete, recorder)
        #expect(outcome.status == status)
        #expect(recorder.prompts == ["Go ahead? [y/N] "])
        #expect(outcome.errors.contains("delete  vm web  with its disks"))
        #expect(outcome.output == (status == 0 ? "deleted web\n" : ""))
    }

    @Test func withoutATerminalItNeedsYes() async {
        let refused = await demoProgram().outcome(delete)
        #expect(refused.status == 2)
        #expect(refused.output == "")
        #expect(refused.errors.contains("  hint: use --yes to go ahead"))
        let done = await demoProgram().outcome(delete + " -y -o json")
        #expect(
            done
                == Outcome(
                    status: 0, output: "{\n  \"message\": \"deleted web\",\n  \"changed\": true\n}\n", errors: ""))
        let quiet = await demoProgram().outcome(delete + " -yq")
        #expect(quiet == Outcome(status: 0, output: "", errors: ""))
    }

    @Test func nothingToDoIsSaidAndSucceeds() async {
        let table = await demoProgram().outcome("vm start web --fields name")
        #expect(table == Outcome(status: 0, output: "name  web\n", errors: "demo: nothing to do\n"))
        let json = await demoProgram().outcome("vm start web -o json --fields name")
        #expect(json == Outcome(status: 0, output: "{\n  \"name\": \"web\",\n  \"changed\": false\n}\n", errors: ""))
        // No question when there is nothing to lose.
        let gone = await demoProgram().outcome("vm delete x --password-file - --missing-ok")
        #expect(gone == Outcome(status: 0, output: "there is no machine 'x'\n", errors: ""))
    }

    @Test func theLinesOfNDJSONEndWithTheResult() async throws {
        let outcome = await demoProgram().outcome(["vm", "start", "db server", "-o", "ndjson", "--fields", "name"])
        try expectGolden(outcome.output, "vm-start.ndjson")
        #expect(outcome.errors == "")
        let failed = await demoProgram().outcome("vm show nobody -o ndjson")
        #expect(failed.output == #"{"type":"result","status":4,"result":null}"# + "\n")
    }

    @Test func itemsThatFailMakeItPartial() async {
        let words = ["vm", "start", "db server", "broken", "--fields", "name"]
        let outcome = await demoProgram().outcome(words)
        #expect(
            outcome
                == Outcome(
                    status: 3, output: "name  db server\n",
                    errors: "demo: warning: it is cold\ndemo: error: broken: no machine 'broken': asked twice\n"
                        + "demo: error: 1 item failed\n"))
        let json = await demoProgram().outcome(words + ["-o", "json"])
        #expect(json.errors.split(separator: "\n").last?.hasPrefix(#"{"error":{"kind":"partial","status":3"#) == true)
        #expect(json.errors.contains(#""items":[{"item":"broken","kind":"not_found""#))
    }

    @Test(arguments: [(2, 130), (15, 143)] as [(Int32, Int32)])
    func anInterruptedChangeSaysWhatIsLeft(_ signal: Int32, _ status: Int32) async {
        let cancellation = Cancellation()
        let program = Program<Cancellation, NoInputs>(
            name: "demo", version: "1", summary: "", globals: NoInputs.self, tree: [.command(Interrupted.self)],
            makeContext: { _, _ in cancellation })
        let outcome = await program.outcome("stop \(signal)", Recorder(), cancellation)
        #expect(
            outcome
                == Outcome(
                    status: status, output: "", errors: "demo: error: interrupted: 3 of 5 disks are copied\n"))
        #expect(!cancellation.request(2))
    }

    /// While a command reads or plans nothing is lost by ending at once; a change is asked to stop.
    @Test func aSignalOnlyAsksInTheMiddleOfAChange() async {
        #expect(!Cancellation().isPatient)
        let observed = Cancellation()
        _ = observed.isRequested
        #expect(observed.isPatient)
        let planned = Cancellation()
        _ = await demoProgram().outcome(delete + " -n", Recorder(), planned)
        #expect(!planned.isPatient)
        let applied = Cancellation()
        _ = await demoProgram().outcome(delete + " -y", Recorder(), applied)
        #expect(applied.isPatient)
    }

    /// Gets the signal that it is told while it works.
    struct Interrupted: ChangingCommand {
        static let info = CommandInfo("stop", "Stop")
        struct Inputs: InputSet { let signal = Argument("N", .int, help: "") }

        func plan(_ args: Parsed<Inputs>, _ context: Cancellation, _ session: Session) async throws -> Plan {
            let signal = args.signal
            return Plan([Step("copy", "disks")]) { session in
                context.request(Int32(signal))
                try session.checkCancellation(left: "3 of 5 disks are copied")
                return .message("done")
            }
        }
    }
}
