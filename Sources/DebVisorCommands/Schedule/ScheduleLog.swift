import CommandKit
import DebVisorCore
import Platform
import Schedules

/// `debvisor schedule log`
struct ScheduleLog: ReadingCommand {
    static let info = CommandInfo(
        "log", "Show what a run wrote",
        discussion: """
            The first 64 KiB and the last 192 KiB of each stream are kept; a line tells how many bytes between them were \
            not. With --follow it goes on until the run is over.
            """,
        examples: [
            Example("debvisor schedule log report", "what the newest run of a job wrote", prints: "all is well"),
            Example(
                "debvisor schedule log report --stderr -o json", "its errors, for jq", prints: #""stream": "stderr""#),
        ],
        statuses: .ofAStore + [.notFound, .unavailable], prints: LogRecord.self)

    struct Inputs: InputSet {
        let run = Argument("RUN", .object(ObjectKind.run), help: ScheduleTexts.run)
        let follow = Flag("follow", short: "f", help: "Go on until the run is over")
        let isErrors = Flag("stderr", help: "What it wrote to stderr, instead of stdout")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        if args.follow { try session.checkFollowing() }
        let (store, run) = try context.scheduleStore(withRun: args.run)
        let stream: RunOutput.Stream = args.isErrors ? .errors : .output
        guard args.follow else {
            let output = try store.output(of: run.id, stream)
            return session.format == .table
                ? .text(output.text)
                : .one(
                    LogRecord(
                        run: run.id, stream: stream, text: output.text, total: output.total, dropped: output.dropped))
        }
        let follower = LogFollower(scheduler: try context.scheduler(), run: run.id, stream: stream, session: session)
        guard session.format == .ndjson else { return .pieces { try await follower.run($0) } }
        return .stream(of: LogRecord.self) { emit in
            try await follower.run { text in
                try emit([LogRecord(run: run.id, stream: stream, text: text, total: nil, dropped: nil)])
            }
        }
    }
}

/// Reads what a run writes while it writes.
struct LogFollower: Sendable {
    let scheduler: Scheduler
    let run: RunID
    let stream: RunOutput.Stream
    let session: Session

    func run(_ emit: @Sendable (String) throws -> Void) async throws {
        var position: Int64 = 0
        var rest: [UInt8] = []
        while !session.isCancelled {
            // In this order: what was written before the end is read after it was seen.
            let end = try await Worker.run { try scheduler.wait(for: run, within: .milliseconds(100)) }
            let output = try scheduler.store.output(of: run, stream)
            let skipped = min(output.dropped, max(0, Int64(output.head.count) + output.dropped - position))
            if skipped > 0, position > 0 || output.total > Int64(output.head.count) {
                let lost = max(0, output.total - Int64(output.tail.count) - max(position, Int64(output.head.count)))
                if lost > 0 { session.warn("\(lost) bytes were not kept") }
            }
            rest += output.bytes(after: position)
            position = output.total
            let (text, open) = Self.decoded(rest, isLast: end != nil)
            rest = open
            if !text.isEmpty { try emit(text) }
            if end != nil { return }
        }
    }

    /// Whole characters, and the bytes of one that has only begun.
    static func decoded(_ bytes: [UInt8], isLast: Bool) -> (text: String, rest: [UInt8]) {
        var end = bytes.count
        if !isLast, let start = bytes.suffix(4).lastIndex(where: { $0 & 0xC0 != 0x80 }) {
            let length =
                switch bytes[start] {
                case 0xC2...0xDF: 2
                case 0xE0...0xEF: 3
                case 0xF0...0xF4: 4
                default: 1
                }
            if start + length > bytes.count { end = start }
        }
        return (String(decoding: bytes[..<end], as: UTF8.self), Array(bytes[end...]))
    }
}

/// A stream of a run, or a piece of it.
struct LogRecord: Record {
    var run: RunID
    var stream: RunOutput.Stream
    var text: String
    var total: Int64?
    var dropped: Int64?

    static var fields: [Field<LogRecord>] {
        [
            .string("execution_id", "Id of the run", column: .none) { $0.run.description },
            .choice("stream", "Which stream", column: .none) { $0.stream },
            .string("text", "What was kept of it, or came since") { $0.text },
            .bytes("total_bytes", "Bytes written, kept or not; unknown with --follow", column: .none) { $0.total },
            .bytes("dropped_bytes", "Of these, not kept", column: .none) { $0.dropped },
        ]
    }
}
