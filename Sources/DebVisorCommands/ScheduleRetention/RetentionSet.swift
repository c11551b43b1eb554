import CommandKit
import DebVisorCore
import Platform
import Schedules

/// `debvisor schedule retention set`
struct RetentionSet: ChangingCommand {
    static let info = CommandInfo(
        "set", "Say how much of the history is kept",
        discussion: """
            What exceeds a limit is removed while jobs are started, once an hour at most, or at once with --now. The \
            newest run of each job and what is not over stay in any case; of output the oldest goes first, its run stays.
            """,
        examples: [
            Example("debvisor schedule retention set --runs 200 --age 30d", "a month, at most", prints: "200"),
            Example("debvisor schedule retention set --output-size none", "all output", prints: "output_bytes"),
        ],
        statuses: .ofAStore, prints: RetentionRecord.self)

    struct Inputs: InputSet {
        let runs = Option("runs", .limit(.int(in: 1...)), placeholder: "N|none", help: "Runs of each job")
        let age = Option("age", .limit(.duration(atLeast: 60)), placeholder: "DURATION|none", help: "Since their end")
        let outputSize = Option(
            "output-size", .limit(.size()), placeholder: "SIZE|none", help: "Of all output together")
        let now = Flag("now", help: "Remove what exceeds the limits at once")
    }

    static let rules: [InputRule<Inputs>] = [.atLeastOne(\.runs, \.age, \.outputSize, \.now)]

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let store = try context.scheduleStore()
        let old = try store.settings()
        var new = old
        if let runs = args.runs { new.retention.runsPerJob = runs.value }
        if let age = args.age { new.retention.ageSeconds = age.value }
        if let size = args.outputSize { new.retention.outputBytes = size.value }
        let settings = new
        var steps = settings == old ? [] : [Step("set", "retention")]
        if args.now { steps.append(Step("remove", "what exceeds it")) }
        return Plan(steps, idle: .one(RetentionRecord(retention: settings.retention))) { session in
            if settings != old { try store.change(settings) }
            if args.now {
                let removed = try await Worker.run { try store.applyRetention(at: context.clock.now()) }
                session.note("removed \(removed.runs) runs and \(removed.bytes) bytes of output")
            }
            return .one(RetentionRecord(retention: settings.retention))
        }
    }
}

/// A limit, or none.
struct Limit: Sendable, Equatable { var value: Int? }

extension ValueType where Value == Limit {
    /// A value of another type, or `none`.
    static func limit(_ type: ValueType<Int>) -> ValueType {
        ValueType(placeholder: type.placeholder, text: { $0.value.map(type.text) ?? "none" }) {
            text throws(ValueError) in
            if text == "none" { return Limit() }
            do throws(ValueError) { return Limit(value: try type.parse(text)) } catch {
                throw ValueError("\(error.message), or none", hint: error.hint)
            }
        }
    }
}
