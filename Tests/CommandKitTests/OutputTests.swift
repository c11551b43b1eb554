import Testing

@testable import CommandKit

/// What a command's report becomes on the streams.
@Suite struct OutputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var line: String
        var file: String
        var testDescription: String { line }
    }

    @Test(arguments: [
        Case(line: "vm list", file: "vm-list.table"), Case(line: "vm list -o json", file: "vm-list.json"),
        Case(line: "vm list -o ndjson", file: "vm-list.ndjson"), Case(line: "vm list -o yaml", file: "vm-list.yaml"),
        Case(line: "vm list -o tsv", file: "vm-list.tsv"), Case(line: "vm show web", file: "vm-show.table"),
        Case(line: "vm show web -o json", file: "vm-show.json"),
        Case(line: "vm show web -o ndjson", file: "vm-show.ndjson"),
        Case(line: "vm list --fields boot_seconds,name", file: "vm-fields.table"),
        Case(line: "vm list -o json --fields state,name", file: "vm-fields.json"),
        Case(line: "vm watch", file: "vm-watch.table"), Case(line: "vm watch -o ndjson", file: "vm-watch.ndjson"),
        Case(line: "vm list --help", file: "vm-list.help"), Case(line: "vm --help", file: "vm.help"),
        Case(line: "help", file: "demo.help"), Case(line: "vm delete -h", file: "vm-delete.help"),
        Case(line: "help --tree -o json", file: "tree.json"), Case(line: "help --bash", file: "demo.bash"),
    ])
    func golden(_ line: Case) async throws {
        let outcome = await demoProgram().outcome(line.line)
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        try expectGolden(outcome.output, line.file)
    }

    @Test func anEmptyListIsAnEmptyArray() async {
        let outcome = await demoProgram().outcome("vm list nobody -o json")
        #expect(outcome == Outcome(status: 0, output: "[]\n", errors: ""))
    }

    @Test func aTerminalSeesAges() async {
        let outcome = await demoProgram().outcome("vm list web", Recorder(isTerminal: true))
        #expect(
            outcome.output == "NAME  STATE     MEMORY  CREATED  TAGS\nweb   running  2.0 GiB  2h ago   front, prod\n")
    }

    @Test func attentionHasDataAndStatus9() async {
        let outcome = await demoProgram().outcome("vm show web --check --fields name")
        #expect(
            outcome
                == Outcome(
                    status: 9, output: "name  web\n",
                    errors: "demo: warning: its clock is late\ndemo: error: 1 problem found\n  hint: look\n"))
        let quiet = await demoProgram().outcome("vm show web --check --fields name -q")
        #expect(
            quiet == Outcome(status: 9, output: "name  web\n", errors: "demo: error: 1 problem found\n  hint: look\n"))
    }

    @Test func watchingNeedsAFormatThatCanFollow() async {
        let outcome = await demoProgram().outcome("vm watch -o json")
        #expect(outcome.status == 2)
        #expect(outcome.output == "")
        #expect(outcome.errors.contains("cannot follow"))
    }

    @Test func warningsAreObjectsWhereErrorsAre() async {
        let outcome = await demoProgram().outcome("vm show web --check --fields name -o json")
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.first == #"{"warning":{"message":"its clock is late"}}"#)
        #expect(lines.count == 2)
        #expect(lines.last?.hasPrefix(#"{"error":{"kind":"attention","status":9"#) == true)
    }

    @Test func whatWasEmittedIsNotRepeated() async {
        let program = Program<Int, NoInputs>(
            name: "demo", version: "1", summary: "", globals: NoInputs.self, tree: [.command(Emitting.self)],
            makeContext: { _, _ in 0 })
        let lines = await program.outcome("emit -o ndjson --fields target")
        #expect(
            lines.output
                == #"{"type":"item","item":{"target":"vda"}}"# + "\n" + #"{"type":"result","status":0,"count":1}"#
                + "\n")
        let table = await program.outcome("emit")
        #expect(table.output == "TARGET  SIZE\nvda      1 B\n")
    }

    struct Emitting: ReadingCommand {
        static let info = CommandInfo("emit", "Emit a disk", prints: Disk.self)

        func run(_ args: Parsed<NoInputs>, _ context: Int, _ session: Session) async throws -> Report {
            let disk = Disk(target: "vda", size: 1)
            session.emit(disk)
            var report = Report.list([disk])
            report.wasEmitted = true
            return report
        }
    }

    /// A filter: bytes, and a word about them at the end.
    struct Copying: ReadingCommand {
        static let info = CommandInfo("copy", "Copy bytes")

        func run(_ args: Parsed<NoInputs>, _ context: Int, _ session: Session) async throws -> Report {
            .bytes { emit in
                for piece in ["a,1\r\n", "b,2\r\n"] { try Array(piece.utf8).withUnsafeBytes { try emit($0) } }
                return ["one stamp goes back"]
            }
        }
    }

    @Test(arguments: ["copy", "copy -o json", "copy -o ndjson"])
    func bytesAreWrittenAsTheyAre(line: String) async {
        let program = Program<Int, NoInputs>(
            name: "demo", version: "1", summary: "", globals: NoInputs.self, tree: [.command(Copying.self)]
        ) { _, _ in 0 }
        let outcome = await program.outcome(line)
        #expect(outcome.output == "a,1\r\nb,2\r\n" && outcome.status == 0)
        #expect(outcome.errors.contains("one stamp goes back"))
        let cut = await program.outcome(line, Recorder(readerLeavesAfter: 3))
        #expect(cut.status == 141 && cut.errors == "")
    }

    @Test func verboseCommandsLog() async {
        let outcome = await demoProgram().outcome("vm list -v -c test:///x --fields name")
        #expect(outcome.errors == "demo: listing test:///x\n")
    }

    @Test func aReadingCommandEndsSilentlyWithItsReader() async {
        let outcome = await demoProgram().outcome("vm list", Recorder(readerLeavesAfter: 3))
        #expect(outcome.status == 141)
        #expect(outcome.errors == "")
        let watch = await demoProgram().outcome("vm watch", Recorder(readerLeavesAfter: 3))
        #expect(watch.status == 141)
        #expect(watch.errors == "")
    }

    @Test func aChangeOutlivesItsReader() async {
        let recorder = Recorder(readerLeavesAfter: 3)
        let outcome = await demoProgram().outcome(["vm", "start", "db server", "-o", "ndjson"], recorder)
        #expect(outcome.status == 0)
    }

    @Test(arguments: ["vm list", "vm watch", "help", "--version", "help vm list"])
    func aFullDiskBehindStdoutIsToldOf(line: String) async {
        let recorder = Recorder(readerLeavesAfter: 3, outputTrouble: "No space left on device")
        let outcome = await demoProgram().outcome(line, recorder)
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasPrefix("demo: error: cannot write to stdout: No space left on device\n  hint: "))
    }

    @Test func aChangeIsDoneThoughItCannotBePrinted() async {
        let recorder = Recorder(readerLeavesAfter: 3, outputTrouble: "No space left on device")
        let outcome = await demoProgram().outcome(["vm", "start", "db server", "-o", "json"], recorder)
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("No space left on device"), "\(outcome.errors)")
    }

    @Test func breachesOfDeclarationsAreTold() async {
        let breaches = Breaches()
        var program = demoProgram()
        program.onBreach = { breaches.add($0.joined(separator: " ") + ": " + $1) }
        _ = await program.outcome("vm list -c bad")
        _ = await program.outcome("vm list")
        _ = await program.outcome("vm show nobody")
        #expect(breaches.all == ["vm list: exit status 6 is not declared"])
    }

    @Test(
        arguments: [
            ("auto", [:], true, true), ("auto", ["NO_COLOR": "1"], true, false), ("auto", ["NO_COLOR": ""], true, true),
            ("auto", ["TERM": "dumb"], true, false), ("auto", ["CLICOLOR": "0"], true, false),
            ("auto", [:], false, false),
            ("auto", ["CLICOLOR_FORCE": "1"], false, true), ("always", ["NO_COLOR": "1"], false, true),
            ("never", ["CLICOLOR_FORCE": "1"], true, false),
        ] as [(String, [String: String], Bool, Bool)])
    func colour(_ choice: String, _ environment: [String: String], _ isTerminal: Bool, _ isColoured: Bool) async {
        let recorder = Recorder(isTerminal: isTerminal, environment: environment)
        let outcome = await demoProgram().outcome("vm list --color \(choice)", recorder)
        #expect(outcome.output.contains("\u{1B}[1m") == isColoured)
    }
}
