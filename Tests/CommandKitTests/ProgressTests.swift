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
                == #"{"type":"progress","task":"vda","done_bytes":20,"total_bytes":100,"elapsed_seconds":2,"rate_bytes":10,"left_seconds":8,"part":null,"note":null}"#
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

    @Test func aPartHasItsOwnShareAndTime() {
        let recorder = Recorder(isTerminal: true)
        let task = session(recorder, .table).progress("m", total: 100 << 20)
        recorder.wait(milliseconds: 2000)
        task.advance(to: 10 << 20, part: ProgressPart(label: "vda", done: 10 << 20, total: 40 << 20), note: "n")
        #expect(
            recorder.errors.hasSuffix(
                "m  10 MiB of 100 MiB  10%  5.0 MiB/s  18.0 s left  vda 25% 6.0 s left  n"))
        // Of the last one the time of all is the time.
        recorder.wait(milliseconds: 8000)
        task.advance(to: 50 << 20, part: ProgressPart(label: "vdb", done: 10 << 20, total: 60 << 20), note: "n")
        #expect(recorder.errors.hasSuffix("s left  vdb 16%  n"))
    }

    @Test func scriptsHearOfThePartToo() {
        let recorder = Recorder()
        let task = session(recorder, .ndjson).progress("web1", total: 100)
        recorder.wait(milliseconds: 2000)
        task.advance(to: 20, part: ProgressPart(label: "vda", done: 20, total: 40), note: "x")
        #expect(
            recorder.output.hasSuffix(
                #""left_seconds":8,"part":{"name":"vda","done_bytes":20,"total_bytes":40,"left_seconds":2},"note":"x"}"#
                    + "\n"))
    }

    @Test func theRateIsThatOfTheLastSeconds() {
        let recorder = Recorder(isTerminal: true)
        let task = session(recorder, .table).progress("vda", total: 1200 << 20)
        // A hole, then data.
        recorder.wait(milliseconds: 1000)
        task.advance(to: 1000 << 20)
        for _ in 0..<20 {
            recorder.wait(milliseconds: 1000)
            task.advance(by: 5 << 20)
        }
        #expect(recorder.errors.hasSuffix("vda  1.1 GiB of 1.2 GiB  91%  5.0 MiB/s  20.0 s left"))
    }

    @Test func everyTaskHasALine() {
        let recorder = Recorder(isTerminal: true)
        let session = session(recorder, .table)
        let first = session.progress("vda")
        recorder.wait(milliseconds: 200)
        let second = session.progress("v\u{1B}db")
        recorder.wait(milliseconds: 200)
        first.advance(by: 1024)
        second.finish()
        first.finish()
        let two = "\r\u{1B}[1A\u{1B}[J"
        #expect(
            recorder.errors == "\r\u{1B}[Kvda  …" + "\r\u{1B}[Kvda  …\nv\\x1bdb  …"
                + two + "vda  1.0 KiB\nv\\x1bdb  …" + two)
    }

    @Test func moreTasksThanLinesAreCounted() {
        let recorder = Recorder(isTerminal: true)
        let session = session(recorder, .table)
        let tasks = (1...10).map { session.progress("task\($0)") }
        recorder.wait(milliseconds: 200)
        tasks[0].advance(by: 1)
        #expect(recorder.errors.hasSuffix("task8  …  (+2 more)"))
    }

    @Test func scriptsHearOfEveryTask() {
        let recorder = Recorder()
        let session = session(recorder, .ndjson)
        let tasks = ["a", "b"].map { session.progress($0) }
        for _ in 0..<10 {
            recorder.wait(milliseconds: 250)
            for task in tasks { task.advance(by: 1) }
        }
        for name in ["a", "b"] {
            #expect(recorder.output.split(separator: "\n").count { $0.contains("\"\(name)\"") } == 3)
        }
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
