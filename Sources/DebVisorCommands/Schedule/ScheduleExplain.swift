import CommandKit
import DebVisorCore
import Platform
import Schedules

/// `debvisor schedule explain`
struct ScheduleExplain: ReadingCommand {
    static let info = CommandInfo(
        "explain", "Tell why a job ran at a time, or did not",
        discussion: "And what changes of clocks will do to its next times.",
        examples: [
            Example("debvisor schedule explain nightly", "the last time it was due, and what comes", prints: "nightly"),
            Example(
                "debvisor schedule explain nightly --at 2026-11-24T03:00:00Z", "a time that passed", prints: "nightly"),
        ],
        statuses: .ofAStore + [.notFound, .unavailable], prints: ExplanationRecord.self)

    struct Inputs: InputSet {
        let job = Argument("JOB", .object(ObjectKind.job), help: "Name of the job")
        let at = Option("at", .time, help: "The instant asked about; now unless given")
        let next = Option("next", .int(in: 0...1000), default: 5, help: "How many times ahead")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let (store, job) = try context.scheduleStore(with: args.job)
        let rules = try ScheduleZones().rules(of: job.definition.timezone)
        let at = args.at?.timestamp(now: context.clock.now(), in: rules)
        let scheduler = Scheduler(store, clock: context.clock, launcher: context.launcher)
        let explanation = try scheduler.explain(job.name, at: at, next: args.next)
        let record = ExplanationRecord(explanation: explanation, runs: try store.records(of: explanation.runs, session))
        guard session.format == .table, !session.hasChosenFields else { return .one(record) }
        return .text(record.story)
    }
}

/// Why a job ran, or did not.
struct ExplanationRecord: Record {
    var explanation: JobExplanation
    var runs: [RunRecord]

    static var fields: [Field<ExplanationRecord>] {
        [
            .string("name", "Name of the job") { $0.explanation.job.text },
            .timestamp("asked_at", "The instant asked about") { $0.explanation.at.milliseconds },
            .string("scheduled_for", "The time it is about, the last one due then") { $0.explanation.slot?.rfc3339 },
            .seconds("jitter_seconds", "What is added to every time on this host") {
                Double($0.explanation.jitterSeconds)
            },
            .strings("story", "What happened and why, a sentence each") { $0.explanation.sentences },
            .records("runs", "Attempts at that time, oldest first") { $0.runs },
            .records("next", "Times ahead") { record in
                record.explanation.next.map {
                    NextSlotRecord(slot: $0, jitterSeconds: record.explanation.jitterSeconds)
                }
            },
        ]
    }

    /// For a person.
    var story: String {
        let sentences = explanation.sentences.map { "\($0)\n" }.joined()
        let next = explanation.next.map { slot in
            "  \(slot.rfc3339)\(slot.note.text(merged: slot.merged).map { "  \($0)" } ?? "")\n"
        }.joined()
        return "\(explanation.job):\n\(sentences)" + (next.isEmpty ? "" : "next:\n\(next)")
    }
}
