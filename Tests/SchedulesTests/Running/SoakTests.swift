import DebVisorCore
import GRDB
import Glibc
import Platform
import Storage
import TestSupport
import Testing

@testable import Schedules

/// 200 jobs under real schedulers and supervisors, by a clock of which a minute takes a second, while looks, supervisors
/// and commands are killed at random and now and then nobody looks. Twenty seconds of it; five minutes with SOAK.
@Suite struct SoakTests {
    private static let duration = Duration.seconds(getenv("SOAK") == nil ? 20 : 300)
    /// Half an hour before Berlin's clocks are put forward.
    private static let start = "2026-03-29T00:30:00Z"

    @Test func everyTimeIsAccountedForWhateverDies() throws {
        let scene = try SoakScene(start: try instant(Self.start), factor: 60)
        var random = SeededRandom(seed: 3)
        try scene.addJobs(200, &random)
        let end = ContinuousClock.now + Self.duration
        while ContinuousClock.now < end {
            let looks = try (0..<Int.random(in: 1...2, using: &random)).map { _ in try scene.beginLook() }
            if Int.random(in: 0..<4, using: &random) == 0 {
                Worker.pause(milliseconds: UInt32.random(in: 0...150, using: &random))
                looks[0].signal(SIGKILL)
            }
            for look in looks { #expect(look.wait(within: .seconds(60)) != nil) }
            try scene.killSomebody(&random)
            let pause = Int.random(in: 0..<20, using: &random) == 0 ? 3000 : 300 as UInt32
            Worker.pause(milliseconds: UInt32.random(in: 0...pause, using: &random))
        }
        let time = try scene.settle()
        try SoakCheck(scene.fixture, scene.executions).check(until: time)
        #expect(!ProcessTree.carriesAny { $0.hasPrefix(scene.ledger + "-") }, "no process is left")
        let before = try scene.history()
        try scene.look(at: time)
        #expect(try scene.history() == before, "looking again changes nothing")
    }
}

/// State, clock and processes of a soak.
final class SoakScene {
    let fixture: RunFixture
    let ledger: String
    /// Lines of `JOB SLOT ATTEMPT`, one for each command that began.
    let marks: String
    private let start: Int64
    private let boot = ProcessTime.sinceBoot
    private let factor: Double

    init(start: Timestamp, factor: Double) throws {
        fixture = try RunFixture()
        ledger = try fixture.store.store.read { try ScheduleStore.ledger($0) }
        marks = fixture.state.file("marks")
        self.start = start.milliseconds
        self.factor = factor
        var settings = ScheduleSettings()
        settings.maxRunning = 8
        settings.retention.runsPerJob = nil
        try fixture.store.change(settings)
    }

    private var now: Timestamp {
        Timestamp(milliseconds: start + Int64((ProcessTime.sinceBoot - boot) * 1000 * factor))
    }

    func addJobs(_ count: Int, _ random: inout SeededRandom) throws {
        let crons = ["*/5 * * * *", "*/10 * * * *", "*/15 * * * *", "35 * * * *", "30,45 2 * * *"]
        let endings = [
            "true", "true", "sleep 0.2", "exit 1", "sleep 1", "(setsid sleep 30 &)", "trap '' TERM; sleep 30",
        ]
        for number in 0..<count {
            let ending = endings.randomElement(using: &random) ?? ""
            let mark = "echo $DEBVISOR_JOB $DEBVISOR_SCHEDULED_FOR $DEBVISOR_ATTEMPT >>\(marks)"
            var job = JobDefinition(
                name: try JobName("job\(number)"), command: .shell("\(mark); echo x; \(ending)"),
                expression: try CronExpression(crons.randomElement(using: &random) ?? ""),
                timezone: Bool.random(using: &random) ? "UTC" : "Europe/Berlin")
            job.misfire = MisfirePolicy.allCases.randomElement(using: &random) ?? .once
            job.overlap = OverlapPolicy.allCases.randomElement(using: &random) ?? .skip
            job.promise = Bool.random(using: &random) ? .atMostOnce : .atLeastOnce
            job.priority = JobPriority.allCases.randomElement(using: &random) ?? .normal
            // Of the system's clock.
            job.timeoutSeconds = 2
            if number % 10 == 1 { job.conflicts = [.resource("pool")] }
            if number % 10 == 2 {
                job.requirements = [JobRequirement(job: try JobName("job\(number - 2)"))]
                job.startWithinSeconds = 600
            }
            if Bool.random(using: &random) { job.retry = RetryPolicy(count: 1, delaySeconds: 30) }
            _ = try fixture.store.add(job, at: Timestamp(milliseconds: start))
        }
    }

    func beginLook() throws -> ChildProcess { try process("\(start),\(boot),\(factor)") }

    /// By a clock that stands still.
    func look(at time: Timestamp) throws {
        let end = try process("\(time.milliseconds),\(boot),0").wait(within: .seconds(60))
        #expect(end == .status(0))
    }

    private func process(_ clock: String) throws -> ChildProcess {
        try ChildProcess(
            try RunFixture.driver(), ["look", fixture.state.path], variables: ["SCHEDULE_CLOCK": clock])
    }

    /// A supervisor, or the process of a command.
    func killSomebody(_ random: inout SeededRandom) throws {
        guard let run = try fixture.scheduler.ledger.running().randomElement(using: &random) else { return }
        let files = RunFiles(run.id.number, in: fixture.state)
        let victim =
            Bool.random(using: &random)
            ? (try? files.supervisor())?.process?.identity : run.process?.identity
        if let victim { ProcessTree.signal(victim, SIGKILL) }
    }

    /// Lets no more times come, and looks until nothing is under way. - Returns: up to when all times are on record.
    func settle() throws -> Timestamp {
        let time = now
        try look(at: time)
        try fixture.store.store.write("test") { try $0.execute(sql: "UPDATE jobs SET next_due = NULL") }
        for minute in 1...2000 {
            try look(at: time.adding(milliseconds: Int64(minute) * 60_000))
            if try fixture.store.current().isEmpty { return time.adding(milliseconds: 1) }
            Worker.pause(milliseconds: 50)
        }
        Issue.record("it does not come to rest: \(try fixture.store.current())")
        return time
    }

    func history() throws -> [JobRun] {
        var query = RunQuery()
        query.limit = .max
        return try fixture.store.history(query)
    }

    /// How often the command of an attempt began, by `JOB SLOT ATTEMPT`.
    var executions: [String: Int] {
        let text = String(decoding: (try? DurableFile.read(marks)) ?? [], as: UTF8.self)
        return Dictionary(text.split(separator: "\n").map { (String($0), 1) }, uniquingKeysWith: +)
    }
}

/// What must hold in the end.
struct SoakCheck {
    private let fixture: RunFixture
    private let executions: [String: Int]

    init(_ fixture: RunFixture, _ executions: [String: Int]) {
        (self.fixture, self.executions) = (fixture, executions)
    }

    func check(until time: Timestamp) throws {
        var query = RunQuery()
        query.limit = .max
        let runs = try fixture.store.history(query)
        let numbers = Set(runs.map(\.id.number))
        let bySlot = Dictionary(grouping: runs) { "\($0.jobID) \($0.scheduledFor?.milliseconds ?? 0)" }
        #expect(executions.values.allSatisfy { $0 == 1 }, "twice: \(executions.filter { $0.value > 1 })")
        var slots = 0
        for job in try fixture.store.jobs() {
            for slot in try job.definition.schedule().slots(after: job.createdAt.seconds) {
                if slot.instant * 1000 > time.milliseconds { break }
                slots += 1
                let attempts = (bySlot["\(job.id) \(slot.instant * 1000)"] ?? []).sorted { $0.attempt < $1.attempt }
                try check(job, slot, attempts, numbers)
            }
        }
        #expect(slots > 200 && executions.count > 50, "\(slots) times, \(executions.count) commands")
        #expect(try fixture.store.store.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") } == ["ok"])
        #expect(RunFiles.active(in: fixture.state).isEmpty)
    }

    private func check(_ job: ScheduledJob, _ slot: CronSlot, _ attempts: [JobRun], _ numbers: Set<Int64>) throws {
        let what =
            "\(job.name) \(slot.rfc3339) \(job.definition.promise): "
            + "\(attempts.map { "\($0.id) \($0.attempt) \($0.status) \($0.reason ?? "")" })"
        let last = try #require(attempts.last, "no row: \(what)")
        #expect(attempts.map(\.attempt) == Array(1...attempts.count) && attempts.allSatisfy(\.isFinal), "\(what)")
        #expect(last.status != .merged || last.mergedInto.map { numbers.contains($0.number) } == true, "\(what)")
        for run in attempts {
            let key = "\(job.name) \(run.scheduledFor?.description ?? "") \(run.attempt)"
            let count = executions[key] ?? 0
            switch run.status {
            case .completed: #expect(count == 1, "\(count) times: \(what)")
            case .missed, .merged, .skipped, .blocked: #expect(count == 0, "\(count) times: \(what)")
            default: break
            }
        }
        switch job.definition.promise {
        case .atMostOnce: #expect(attempts.dropLast().allSatisfy { $0.status != .lost }, "\(what)")
        case .atLeastOnce: #expect(last.status != .lost, "\(what)")
        }
    }
}

extension ProcessTree {
    /// Whether any process has a run's id for which this is true.
    static func carriesAny(_ isWanted: (String) -> Bool) -> Bool {
        ((try? Directory.names(in: "/proc")) ?? []).contains { name in
            Int32(name).flatMap(runID).map(isWanted) ?? false
        }
    }

    static func runID(of process: Int32) -> String? {
        guard let bytes = try? ProcFile.read("/proc/\(process)/environ") else { return nil }
        let start = Array("DEBVISOR_RUN_ID=".utf8)
        return bytes.split(separator: 0).first { $0.starts(with: start) }
            .map { String(decoding: $0.dropFirst(start.count), as: UTF8.self) }
    }
}
