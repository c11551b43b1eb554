import CommandKit
import DebVisorCore
import Schedules

/// `debvisor schedule next`
struct ScheduleNext: ReadingCommand {
    static let info = CommandInfo(
        "next", "List when a job or an expression is due next",
        discussion: "A note tells what a change of clocks does to a time, and how much later jitter starts a job.",
        examples: [
            Example("debvisor schedule next nightly", "the next times of a job", prints: "2026-11-26T03:00:00+01:00"),
            Example(
                "debvisor schedule next --cron @daily --timezone Europe/Berlin --from 2026-03-28T12:00 --count 3 -o json",
                "of an expression, before it becomes a job", prints: #""scheduled_for": "2026-03-30T00:00:00+02:00""#),
        ],
        statuses: .ofAStore + [.notFound, .unavailable], prints: NextSlotRecord.self)

    struct Inputs: InputSet {
        let job = Argument(optional: "JOB", .object(ObjectKind.job), help: "Name of a job")
        let cron = Option("cron", .cron, help: "An expression instead")
        let count = Option("count", .int(in: 1...10_000), default: 5, help: "How many")
        let from = Option("from", .time, help: "Later than this; now unless given")
        let timezone = Option(
            "timezone", .timeZone, help: "Zone of the times; else that of the job, or the host's")
    }

    static let rules: [InputRule<Inputs>] = [.exactlyOne(\.job, \.cron)]

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let now = context.clock.now()
        var jitter = 0
        let schedule: CronSchedule
        if let name = args.job {
            let job = try context.scheduleStore(with: name).1
            jitter = job.definition.jitterHere
            var definition = job.definition
            definition.timezone = args.timezone ?? definition.timezone
            schedule = try definition.schedule()
            if !job.definition.isEnabled { session.warn("the job '\(name)' is disabled") }
        } else if let cron = args.cron {
            schedule = CronSchedule(cron, try ScheduleZones().rules(of: args.timezone ?? context.hostTimeZone))
        } else {
            return .list([NextSlotRecord]())
        }
        let from = args.from?.timestamp(now: now, in: schedule.rules) ?? now
        let slots = schedule.slots(after: from.seconds).prefix(args.count)
            .map { NextSlotRecord(slot: $0, jitterSeconds: jitter) }
        guard !slots.isEmpty else {
            throw Fault(
                .usage, "'\(schedule.expression)' is never due after \(from) in \(schedule.rules.name)",
                hint: "its clocks leave out every time that is wanted, or the calendar ends")
        }
        return .list(slots)
    }
}

/// A time at which something is due.
struct NextSlotRecord: Record {
    var slot: CronSlot
    var jitterSeconds = 0

    static var fields: [Field<NextSlotRecord>] {
        [
            .string("scheduled_for", "When it is due, by the clock of its zone") { $0.slot.rfc3339 },
            .string("note", "What clocks and jitter do to it") { $0.note },
        ]
    }

    private var note: String? {
        let jitter =
            jitterSeconds > 0 ? UnitText.seconds(Double(jitterSeconds)).map { "starts \($0) later by jitter" } : nil
        let notes = [slot.note.text(merged: slot.merged), jitter].compactMap(\.self)
        return notes.isEmpty ? nil : notes.joined(separator: "; ")
    }
}

extension CronSlot.Note {
    /// What clocks do to a slot, in words; nil for nothing.
    func text(merged: [LocalTime]) -> String? {
        switch self {
        case .none: nil
        case .gapShift(let wanted, let dueAnyway):
            merged.count > 1
                ? "\(merged.count) times from \(wanted.clock) to \(merged[merged.count - 1].clock) do not exist, run once"
                    + (dueAnyway ? ", with this one" : " now")
                : "\(wanted.clock) does not exist" + (dueAnyway ? ", runs with this one" : ", runs now")
        case .overlapFirst: "this time comes twice, the first one"
        case .overlapSecondPass: "this time comes twice, the second one"
        }
    }
}
