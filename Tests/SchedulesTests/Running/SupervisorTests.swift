import DebVisorCore
import GRDB
import Glibc
import Platform
import Storage
import Testing

@testable import Schedules

@Suite struct SupervisorTests {
    @Test func aCommandRunsAndIsRecorded() throws {
        let fixture = try RunFixture()
        try fixture.add("hello", shell: "echo out; echo err >&2; env | sort >&2; exit 0")
        let started = try fixture.execute("hello")
        #expect(started.status == .running && started.process != nil)
        let run = try fixture.finish(started)
        #expect(run.status == .completed && run.exitCode == 0, "\(run)")
        #expect(try fixture.output(run) == "out\n")
        let errors = try fixture.output(run, .errors)
        for variable in ["DEBVISOR_JOB=hello", "DEBVISOR_RUN_ID=\(run.id)", "DEBVISOR_ATTEMPT=1", "PATH=", "HOME="] {
            #expect(errors.contains("\n\(variable)"), "\(variable) is not in \(errors)")
        }
        #expect(run.outputBytes == 4 && run.droppedBytes == 0)
    }

    @Test(arguments: [
        ("exit 7", RunStatus.failed, 7 as Int32?, nil as Int32?), ("kill -9 $$", .failed, nil, 9),
        ("true", .completed, 0, nil),
    ])
    func endsAreToldApart(shell: String, status: RunStatus, exit: Int32?, signal: Int32?) throws {
        let fixture = try RunFixture()
        try fixture.add("job", shell: shell)
        let run = try fixture.finish(try fixture.execute("job"))
        #expect(run.status == status && run.exitCode == exit && run.signal == signal, "\(run)")
    }

    @Test func aMissingProgramFails() throws {
        let fixture = try RunFixture()
        try fixture.add("none", shell: "x") { $0.command = .arguments(["/no/such/program"]) }
        try fixture.add("noexec", shell: "x") { $0.command = .arguments(["/etc/passwd"]) }
        let none = try fixture.finish(try fixture.execute("none"))
        #expect(none.status == .failed && none.reason?.contains("/no/such/program") == true, "\(none)")
        #expect(try fixture.finish(try fixture.execute("noexec")).status == .failed)
    }

    @Test func outputIsBounded() throws {
        let fixture = try RunFixture()
        try fixture.add("loud", shell: "seq 1 200000")
        let run = try fixture.finish(try fixture.execute("loud"))
        let output = try fixture.store.output(of: run.id, .output)
        #expect(run.outputBytes == 1_288_895 && output.total == run.outputBytes)
        #expect(output.head.count == 65536 && output.tail.count == 196_608 && output.dropped == run.droppedBytes)
        #expect(output.text.hasPrefix("1\n2\n3\n") && output.text.hasSuffix("199999\n200000\n"))
    }

    @Test func aGrandchildThatHoldsThePipeWedgesNobody() throws {
        let fixture = try RunFixture()
        try fixture.add("fork", shell: "sleep 30 & echo done")
        let run = try fixture.finish(try fixture.execute("fork"))
        #expect(run.status == .completed)
        #expect(try fixture.output(run) == "done\n")
        // It lives still: nobody has waited for it.
        #expect(fixture.survivors(of: run))
        try fixture.killCommand(of: run)
    }

    @Test func theEnvironmentFileAndWorkdir() throws {
        let fixture = try RunFixture()
        try Directory.create(fixture.state.path, "test")
        let file = fixture.state.file("job.env")
        try DurableFile.write(Array("# c\nGREETING = \"hello world\"\nEMPTY=\n".utf8), to: file, "test")
        try fixture.add("env", shell: "pwd; echo $GREETING") {
            $0.environmentFile = file
            $0.workingDirectory = "/usr"
        }
        #expect(try fixture.output(try fixture.finish(try fixture.execute("env"))) == "/usr\nhello world\n")
    }

    @Test(.enabled(if: geteuid() == 0)) func anotherUser() throws {
        let fixture = try RunFixture()
        try fixture.add("who", shell: "id -un; echo again > /dev/stdout") { $0.user = "nobody" }
        let run = try fixture.finish(try fixture.execute("who"))
        #expect(try fixture.output(run) == "nobody\nagain\n", "\(run)")
    }

    /// Before its command can begin a supervisor may hang on what does not answer, a file system as a rule, here a pipe.
    /// Others begin meanwhile, and what hung runs when it answers again.
    @Test func whatHangsHoldsNobodyUp() throws {
        let fixture = try RunFixture(patience: .seconds(1))
        let pipe = fixture.state.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        for name in ["a", "b", "c"] {
            try fixture.add(name, shell: "echo \(name)") { if $0.name.text == "a" { $0.environmentFile = pipe } }
            try fixture.store.makeDue(name)
        }
        let started = try fixture.scheduler.runDue().started
        #expect(started.filter { $0.status != .pending }.map(\.job.text) == ["b", "c"])
        for run in started where run.job.text != "a" { #expect(try fixture.finish(run).status == .completed) }
        let waiting = try #require(try fixture.store.current(of: try JobName("a")).first)
        #expect(waiting.status == .pending && waiting.reason == "its supervisor does not answer", "\(waiting)")
        #expect(try fixture.store.events().map(\.kind) == [.broken])
        // The pipe answers: there is nothing in it.
        let end = open(pipe, O_RDWR | O_CLOEXEC)
        try fixture.eventually { try !RunFiles(waiting.id.number, in: fixture.state).supervisor().isAlive }
        close(end)
        try fixture.store.store.write("test") { database in
            try database.execute(sql: "UPDATE jobs SET environment_file = NULL")
            try database.execute(sql: "UPDATE runs SET due_at = 0 WHERE ended_at IS NULL")
        }
        _ = try fixture.scheduler.runDue()
        #expect(try fixture.finish(waiting).status == .completed)
        #expect(try fixture.output(waiting) == "a\n")
    }

    /// Not that of whoever happens to start it.
    @Test func commandsHaveTheUsualUmask() throws {
        let fixture = try RunFixture()
        try fixture.add("mask", shell: "umask")
        let before = umask(0o077)
        defer { umask(before) }
        #expect(try fixture.output(try fixture.finish(try fixture.execute("mask"))) == "0022\n")
    }

    @Test func onFailureHears() throws {
        let fixture = try RunFixture()
        let note = fixture.state.file("note")
        try fixture.add("bad", shell: "exit 3") { $0.onFailure = "echo $DEBVISOR_JOB $DEBVISOR_STATUS > \(note)" }
        _ = try fixture.finish(try fixture.execute("bad"))
        let end = ContinuousClock.now + .seconds(5)
        while (try? DurableFile.read(note))?.isEmpty != false, ContinuousClock.now < end {
            Worker.pause(milliseconds: 20)
        }
        #expect(String(decoding: try DurableFile.read(note), as: UTF8.self) == "bad failed\n")
    }

    @Test func whatWaitsBeginsWithoutAnybodyLooking() throws {
        let fixture = try RunFixture()
        try fixture.add("first", shell: "sleep 0.5")
        try fixture.add("second", shell: "true") { $0.conflicts = [.job(try JobName("first"))] }
        let first = try fixture.execute("first")
        try fixture.store.makeDue("second")
        _ = try fixture.scheduler.runDue()
        #expect(try fixture.store.current(of: try JobName("second")).map(\.status) == [.blocked])
        _ = try fixture.finish(first)
        let end = ContinuousClock.now + .seconds(5)
        while try !fixture.store.current(of: try JobName("second")).isEmpty, ContinuousClock.now < end {
            Worker.pause(milliseconds: 20)
        }
        #expect(try fixture.store.history(RunQuery(job: try JobName("second"))).map(\.status) == [.completed])
    }
}

extension ScheduleStore {
    /// As if a slot of the job had come this minute.
    func makeDue(_ name: String) throws {
        _ = try update(try JobName(name), at: LiveClock().now().adding(milliseconds: -60_000)) {
            $0.expression = try CronExpression("* * * * *")
        }
    }
}
