import DebVisorCore
import Foundation
import Glibc
import Platform
import Storage
import Testing

@testable import Schedules

/// Real commands under real supervisors, with the clock of the system.
final class RunFixture {
    let state: StateDirectory
    let store: ScheduleStore
    let scheduler: Scheduler

    init(usesControlGroups: Bool = true, patience: Duration = .seconds(30)) throws {
        state = StateDirectory("/tmp/debvisor-runs-\(UInt64.random(in: .min ... .max))")
        store = ScheduleStore(try Store.open(ScheduleStore.store, in: state), in: state)
        scheduler = Scheduler(
            store, clock: LiveClock(),
            launcher: RunLauncher(
                program: try Self.driver(), words: ["supervise"], grace: 1, usesControlGroups: usesControlGroups,
                patience: patience))
    }

    deinit { try? FileManager.default.removeItem(atPath: state.path) }

    /// The program beside the tests.
    static func driver() throws -> String {
        let own = try #require(Directory.resolved("/proc/self/exe"))
        let candidates = [Bundle.main.bundlePath, own].compactMap { Directory.parent(of: $0) }
            .map { $0 + "/ScheduleDriver" }
        return try #require(candidates.first(where: Directory.exists), "\(candidates)")
    }

    func add(
        _ name: String, shell: String, cron: String = "0 0 1 1 *",
        _ change: (inout JobDefinition) throws -> Void = { _ in }
    ) throws {
        var job = JobDefinition(
            name: try JobName(name), command: .shell(shell), expression: try CronExpression(cron), timezone: "UTC")
        try change(&job)
        _ = try store.add(job, at: LiveClock().now())
    }

    func execute(_ name: String) throws -> JobRun { try scheduler.execute(try JobName(name)) }

    func finish(_ run: JobRun, within limit: Duration = .seconds(20)) throws -> JobRun {
        try #require(try scheduler.wait(for: run.id, within: limit), "it did not end")
    }

    func output(_ run: JobRun, _ stream: RunOutput.Stream = .output) throws -> String {
        try store.output(of: run.id, stream).text
    }

    /// Processes that carry a run's id.
    func survivors(of run: JobRun) -> Bool { ProcessTree(run: run.id.description, group: nil).hasMembersAnywhere() }

    func killSupervisor(of run: JobRun) throws {
        let files = RunFiles(run.id.number, in: state)
        let supervisor = try #require(try files.supervisor().process)
        ProcessTree.signal(supervisor.identity, SIGKILL)
        try eventually { try !files.supervisor().isAlive }
    }

    /// Kills a command with all of its processes. `ProcessTree.kill` is for a supervisor: to it, all children are the run's.
    func killCommand(of run: JobRun) throws {
        try eventually {
            for number in try Directory.names(in: "/proc").compactMap({ Int32($0) }) {
                guard ProcessTree.runID(of: number) == run.id.description else { continue }
                if let process = ProcessIdentity(of: number) { ProcessTree.signal(process, SIGKILL) }
            }
            return !survivors(of: run)
        }
    }

    /// Waits for what happens by itself.
    func eventually(_ condition: () throws -> Bool) throws {
        let end = ContinuousClock.now + .seconds(20)
        while try !condition() {
            try #require(ContinuousClock.now < end, "it does not happen")
            Worker.pause(milliseconds: 10)
        }
    }
}
