import DebVisorCore
import Foundation
import GRDB
import Glibc
import Platform
import Storage
import Testing

@testable import Schedules

/// The look for due jobs and its supervisors, ended as by `kill -9` before and after everything they write, and at the
/// gate of the command. Then somebody looks again.
@Suite struct KillTests {
    /// One job that is due once and leaves a mark each time its command runs.
    final class Scene {
        let fixture: RunFixture
        let marks: String

        init(_ promise: RunPromise) throws {
            fixture = try RunFixture()
            marks = fixture.state.file("marks")
            let marks = marks
            try fixture.add("once", shell: "echo x >> \(marks); echo output") { $0.promise = promise }
            let slot = LocalTime(minutes: LiveClock().now().seconds / 60)
            _ = try fixture.store.update(
                try JobName("once"), at: LiveClock().now().adding(milliseconds: -61_000)
            ) { $0.expression = try CronExpression("\(slot.minute) \(slot.hour) * * *") }
        }

        /// Looks in a process that a failpoint may end.
        func look(_ variables: [String: String]) throws {
            let process = try ChildProcess(
                try RunFixture.driver(), ["look", fixture.state.path], variables: variables)
            #expect(process.wait(within: .seconds(20)) != nil)
        }

        /// Looks in a process that must succeed.
        func look() throws {
            let output = try ChildProcess.run(try RunFixture.driver(), ["look", fixture.state.path])
            #expect(output.isSuccess, "\(String(decoding: output.output, as: UTF8.self)) \(output.end)")
        }

        /// Looks until nothing is under way any more.
        func settle() throws {
            let end = ContinuousClock.now + .seconds(20)
            repeat {
                try look()
                if try fixture.store.current().isEmpty { return }
                // A run that is given back waits for some seconds.
                _ = try fixture.store.store.write("test") {
                    try $0.execute(sql: "UPDATE runs SET due_at = min(due_at, 0) WHERE ended_at IS NULL")
                }
                Worker.pause(milliseconds: 30)
            } while ContinuousClock.now < end
            Issue.record("it does not come to rest: \(try fixture.store.current())")
        }

        var count: Int { ((try? DurableFile.read(marks)) ?? []).filter { $0 == UInt8(ascii: "x") }.count }
    }

    /// All changes of the disk that one run makes, in the words of `DiskStep`.
    static func steps() throws -> [String] {
        let scene = try Scene(.atMostOnce)
        let list = scene.fixture.state.file("steps")
        try scene.look(["DEBVISOR_STEPS": list])
        try scene.settle()
        #expect(scene.count == 1)
        let lines = String(decoding: try DurableFile.read(list), as: UTF8.self).split(separator: "\n")
        return Set(lines.map(String.init)).sorted()
    }

    private static let gates = [
        "run.launch.before", "run.launch.after", "run.identity.before", "run.gate.before", "run.gate.after",
    ]

    /// In parts, because they may run at the same time.
    private static let parts = 4

    @Test(arguments: 0..<Self.parts) func noRunIsDoubledOrForgotten(part: Int) throws {
        let steps = try Self.steps()
        for purpose in ["ledger-claim.commit", "ledger-start.commit", "ledger-finish.commit", "run-result.rename"] {
            #expect(steps.contains(purpose), "\(steps)")
        }
        // Before one change is after another; the soak looks at both sides of all.
        let isWhole = getenv("SOAK") != nil
        let before = steps.filter { isWhole || $0.hasSuffix("commit") || $0.hasSuffix("rename") }.map { "\($0).before" }
        let labels = before + steps.map { "\($0).after" } + Self.gates
        let commits = steps.filter { $0.hasSuffix("commit") }.map { "\($0).after" }
        let cases = labels.map { ($0, RunPromise.atMostOnce) } + (Self.gates + commits).map { ($0, .atLeastOnce) }
        for (index, (label, promise)) in cases.enumerated() where index % Self.parts == part {
            try survives(label, promise)
        }
    }

    private func survives(_ label: String, _ promise: RunPromise) throws {
        let scene = try Scene(promise)
        try scene.look(["DEBVISOR_FAILPOINT": label])
        try scene.settle()
        let runs = try scene.fixture.store.history(RunQuery())
        let slots = Set(runs.compactMap(\.scheduledFor))
        let story =
            "\(label), \(promise): \(scene.count) marks, \(runs.map { ($0.attempt, $0.status, $0.reason ?? "") })"
        #expect(slots.count == 1, "\(story)")
        switch promise {
        case .atMostOnce:
            #expect(scene.count <= 1 && runs.count == 1, "\(story)")
            // Only a run whose command may have begun is given up.
            if runs[0].status != .lost { #expect(scene.count == 1 && runs[0].status == .completed, "\(story)") }
        case .atLeastOnce:
            #expect(scene.count >= 1 && runs[0].status == .completed, "\(story)")
        }
        #expect(!scene.fixture.survivors(of: try #require(runs.first)), "\(story)")
        let check = try scene.fixture.store.store.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
        #expect(check == ["ok"])
        // Looking again changes nothing, and leaves nothing but output.
        try scene.look()
        #expect(try scene.fixture.store.history(RunQuery()) == runs)
        #expect(RunFiles.active(in: scene.fixture.state).isEmpty, "\(story)")
        for run in runs {
            let names = (try? Directory.names(in: RunFiles(run.id.number, in: scene.fixture.state).kept)) ?? []
            #expect(names == (run.outputBytes > 0 ? ["stderr", "stdout"] : []), "\(story)")
        }
    }

    @Test func aDeadSupervisorsRunIsTakenOver() throws {
        let fixture = try RunFixture()
        try fixture.add("long", shell: "echo before; sleep 1.5; echo after; sleep 0.3")
        let started = try fixture.execute("long")
        Worker.pause(milliseconds: 300)
        try fixture.killSupervisor(of: started)
        _ = try fixture.scheduler.recover()
        #expect(try RunFiles(started.id.number, in: fixture.state).supervisor().isAlive)
        #expect(try fixture.execute("long").status == .skipped)
        let run = try fixture.finish(started)
        #expect(run.status == .lost, "\(run)")
        #expect(try fixture.output(run) == "before\nafter\n")
    }

    @Test func cancellingReachesAnOrphan() throws {
        let fixture = try RunFixture()
        try fixture.add("long", shell: "sleep 60")
        let started = try fixture.execute("long")
        try fixture.killSupervisor(of: started)
        _ = try fixture.scheduler.cancel(started.id)
        let run = try fixture.finish(started)
        #expect(run.status == .cancelled && !fixture.survivors(of: run), "\(run)")
    }

    /// Nobody says how it ended, but what it wrote is known, and goes with the run.
    @Test func whatALostRunWroteIsCounted() throws {
        let fixture = try RunFixture()
        try fixture.add("long", shell: "echo out; echo err >&2; exec sleep 60")
        let started = try fixture.execute("long")
        try fixture.eventually { try fixture.output(started, .errors) == "err\n" }
        try fixture.killSupervisor(of: started)
        try fixture.killCommand(of: started)
        let run = try fixture.finish(started)
        #expect(run.status == .lost && run.outputBytes == 4 && run.errorBytes == 4 && run.droppedBytes == 0, "\(run)")
        #expect(try fixture.output(run) == "out\n")
        var settings = ScheduleSettings()
        settings.retention.outputBytes = 0
        try fixture.store.change(settings)
        #expect(try fixture.store.applyRetention(at: LiveClock().now()).bytes == 8)
        #expect(!Directory.exists(RunFiles(run.id.number, in: fixture.state).kept))
    }
}
