import CommandKit
import DebVisorCore
import Metrics
import Platform

/// `debvisor metric retention set`
struct MetricRetentionSet: ChangingCommand {
    static let info = CommandInfo(
        "set", "Say how long samples and roll-ups are kept",
        discussion: """
            Samples older than their age become roll-ups of ten minutes, those become roll-ups of an hour, which in the end go. \
            Each tier is kept at least as long as the one before. Ages are whole days, and days are those of UTC. When the \
            store holds more than --size, the oldest days go the same way, whatever their age.

            Limits are applied once a day, by the commands that write samples, or at once with --now.
            """,
        examples: [
            Example(
                "debvisor metric retention set --samples-age 30d --ten-minutes-age 180d --hours-age 1825d",
                "a month, half a year, five years", prints: "samples_age"),
            Example("debvisor metric retention set --size 500MiB --now", "not more than that", prints: "500 MiB"),
        ],
        statuses: .ofAStore, prints: MetricRetentionRecord.self)

    struct Inputs: InputSet {
        let samples = Option("samples-age", .limit(.days), placeholder: "DAYS|none", help: "Of samples, as 30d")
        let tenMinutes = Option("ten-minutes-age", .limit(.days), placeholder: "DAYS|none", help: "Of ten minutes")
        let hours = Option("hours-age", .limit(.days), placeholder: "DAYS|none", help: "Of hours")
        let size = Option("size", .limit(.size(atLeast: 1 << 20)), placeholder: "SIZE|none", help: "Of all together")
        let now = Flag("now", help: "Apply the limits at once")
    }

    static let rules: [InputRule<Inputs>] = [.atLeastOne(\.samples, \.tenMinutes, \.hours, \.size, \.now)]

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let opened = try context.writableMetricStore()
        let old = try opened?.retention() ?? MetricRetention()
        var new = old
        if let samples = args.samples { new.sampleDays = samples.value }
        if let tenMinutes = args.tenMinutes { new.tenMinuteDays = tenMinutes.value }
        if let hours = args.hours { new.hourDays = hours.value }
        if let size = args.size { new.bytes = size.value.map(Int64.init) }
        try new.check()
        let retention = new
        var steps = retention == old ? [] : [Step("set", "retention")]
        if args.now { steps.append(Step("roll up", "what exceeds it")) }
        return Plan(steps, idle: .one(MetricRetentionRecord(retention, opened))) { session in
            let (store, now) = (try opened ?? context.metricStore(), context.clock.now())
            if retention != old { try store.change(retention) }
            if args.now {
                let done = try await Worker.run { try store.applyRetentionNow(at: now) }
                session.note("rolled up \(done.rolledUp) samples, removed \(done.removed) roll-ups")
            }
            return .one(MetricRetentionRecord(retention, store))
        }
    }
}

extension ValueType where Value == Int {
    /// Whole days: `30d`, `4w`; the value is their number.
    static var days: ValueType {
        ValueType(placeholder: "DAYS", text: { "\($0)d" }) { text throws(ValueError) in
            let seconds = try ValueType<Int>.duration.parse(text)
            guard seconds > 0, seconds % 86_400 == 0, seconds / 86_400 <= 1_000_000 else {
                throw ValueError("must be whole days, like 30d or 4w")
            }
            return seconds / 86_400
        }
    }
}
