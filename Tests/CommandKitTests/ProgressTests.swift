import Testing

@testable import CommandKit

@Suite struct ProgressTests {
    func session(_ recorder: Recorder, _ format: OutputFormat, isQuiet: Bool = false) -> Session {
        var settings = OutputSettings(programName: "demo")
        settings.format = format
        settings.isQuiet = isQuiet
        let outlet = Outlet(console: recorder.console, settings: settings)
        return Session(console: recorder.console, settings: settings, outlet: outlet, cancellation: Cancellation())
    }

    @Test func aTerminalHasOneLineThatIsTakenAway() {
        let recorder = Recorder(isTerminal: true)
        let session = session(recorder, .table)
        let task = session.progress("vda", total: 100 << 20)
        recorder.wait(milliseconds: 50)
        task.advance(by: 1 << 20)
        recorder.wait(milliseconds: 1950)
        task.advance(by: 49 << 20)
        session.warn("slow")
        task.finish()
        let clear = "\r\u{1B}[K"
        #expect(
            recorder.errors == clear + "vda  0 B of 100 MiB  0%"
                + clear + "vda  50 MiB of 100 MiB  50%  25 MiB/s  2.0 s left" + clear + "demo: warning: slow\n")
        #expect(recorder.output == "")
    }

    @Test func scriptsHearOnceASecond() {
        let recorder = Recorder()
        let session = session(recorder, .ndjson)
        let task = session.progress("vda", total: 100)
        for _ in 0..<25 {
            recorder.wait(milliseconds: 100)
            task.advance(by: 1)
        }
        task.finish()
        let lines = recorder.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(
            lines.last
                == #"{"type":"progress","task":"vda","done_bytes":20,"total_bytes":100,"elapsed_seconds":2,"note":null}"#
        )
    }

    @Test(arguments: [
        (false, OutputFormat.table, false), (true, .table, true), (true, .json, true), (false, .json, false),
    ])
    func otherwiseItIsSilent(_ isTerminal: Bool, _ format: OutputFormat, _ isQuiet: Bool) {
        let recorder = Recorder(isTerminal: isTerminal)
        let task = session(recorder, format, isQuiet: isQuiet).progress("vda")
        task.note("x")
        task.finish()
        #expect(recorder.errors == "")
        #expect(recorder.output == "")
    }

    @Test func severalTasksShareTheLine() {
        let recorder = Recorder(isTerminal: true)
        let session = session(recorder, .table)
        let first = session.progress("vda")
        recorder.wait(milliseconds: 200)
        let second = session.progress("v\u{1B}db")
        second.finish()
        first.finish()
        #expect(recorder.errors == "\r\u{1B}[Kvda  …\r\u{1B}[Kv\\x1bdb  …  (+1 more)\r\u{1B}[K")
    }

    @Test func secretsNeedATerminal() throws {
        #expect(throws: Failure.self) { try session(Recorder(), .table).askSecret("Password: ") }
        #expect(throws: Interruption.self) { try session(Recorder(isTerminal: true), .table).askSecret("Password: ") }
        let recorder = Recorder(isTerminal: true, answer: "s3cret")
        #expect(try session(recorder, .table).askSecret("Password: ") == "s3cret")
        #expect(recorder.prompts == ["Password: "])
        #expect(recorder.output + recorder.errors == "")
    }
}
