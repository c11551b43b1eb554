import CommandKit
import DebVisorCore
import Platform
import Schedules

/// `debvisor schedule simulate`
struct ScheduleSimulate: ReadingCommand {
    static let info = CommandInfo(
        "simulate", "List what would run in a span of time",
        discussion: "With the usual run times of the jobs, their conflicts and overlaps. Nothing is run or recorded.",
        examples: [
            Example("debvisor schedule simulate --to +24h", "the day ahead", prints: "nightly"),
            Example(
                "debvisor schedule simulate --from 2026-12-24 --to 2026-12-27 -o json", "the holidays",
                prints: "scheduled_for"),
        ],
        statuses: .ofAStore + [.unavailable], prints: SimulatedRunRecord.self)

    struct Inputs: InputSet {
        let from = Option("from", .time, help: "Begin; now unless given")
        let to = Option(required: "to", .time, help: "End, as 2026-12-27, or +24h for so long from now")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let now = context.clock.now()
        let zone = try ScheduleZones().rules(of: context.hostTimeZone)
        let start = args.from?.timestamp(now: now, in: zone) ?? now
        let end = args.to.timestamp(now: now, in: zone)
        guard start < end else {
            throw Fault(
                .usage, "the span ends before it begins", hint: "--to must be later than --from, '+24h' is ahead")
        }
        guard let store = try context.existingScheduleStore() else { return .list([SimulatedRunRecord]()) }
        let scheduler = Scheduler(store, clock: context.clock, launcher: context.launcher)
        let runs = try await session.waiting(for: "the simulation") {
            try await Worker.run { try scheduler.simulate(from: start, to: end) }
        }
        let names = Dictionary(uniqueKeysWithValues: try store.jobs().map { ($0.name, $0.definition.timezone) })
        let zones = ScheduleZones()
        return .list(
            runs.map { SimulatedRunRecord(run: $0, scheduledFor: zones.text($0.scheduledFor, in: names[$0.job])) })
    }
}

/// A run that never was.
struct SimulatedRunRecord: Record {
    var run: SimulatedRun
    var scheduledFor: String

    static var fields: [Field<SimulatedRunRecord>] {
        [
            .string("name", "Name of the job", column: "JOB") { $0.run.job.text },
            .string("scheduled_for", "When it is due, by its zone's clock") { $0.scheduledFor },
            .timestamp("start_time", "When it would begin", column: "START") { $0.run.start?.milliseconds },
            .timestamp("end_time", "When it would be over, as long as it usually takes", column: "END") {
                $0.run.end?.milliseconds
            },
            .choice("status", "What would become of it") { $0.run.status },
            .string("reason", "Why") { $0.run.reason },
        ]
    }
}
