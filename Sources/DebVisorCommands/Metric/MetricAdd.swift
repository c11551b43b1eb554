import CommandKit
import DebVisorCore
import Metrics

/// `debvisor metric add`
struct MetricAdd: ChangingCommand {
    static let info = CommandInfo(
        "add", "Record one value of a metric",
        discussion: """
            Durable when it returns. A new metric is a gauge unless --type says otherwise, or its name ends with _total: then it is a \
            counter. Of a histogram or a summary the value is one observation, in the order of time. VALUE 'end' says that the \
            series ends here; -Inf needs '--' before it, other negative numbers do not. A metric that was defined has to be used \
            as it was: see 'debvisor metric define'.

            Many values at once are brought by 'debvisor metric import'.
            """,
        examples: [
            Example("debvisor metric add room_temperature_celsius -3.5 --tag room=attic", "a gauge", prints: "-3.5"),
            Example(
                "debvisor metric add pool_used_percent 71 --tag pool=ssd --min 0 --max 100",
                "of which the limits are known", prints: "71"),
            Example("debvisor metric add request_seconds 0.27 --type histogram", "one observation", prints: "0.27"),
        ],
        statuses: .ofAStore, prints: MetricRecord.self)

    struct Inputs: InputSet {
        let name = Argument("NAME", .object(ObjectKind.metric, placeholder: "NAME"), help: "Name of the metric")
        let value = Argument("VALUE", .sampleValue, help: "A number, NaN, +Inf, -Inf, or end")
        let type = Option("type", .choice(MetricType.self), help: "What the numbers of a new metric mean")
        let tags = Options("tag", .keyValue, help: "What tells the series from others of that name; each tag once")
        let timestamp = Option("timestamp", .time, help: "When it was measured; now without. 90s is so long ago")
        let min = Option(
            "min", .double, help: "The least that the series can have; of a counter that it grows by a second")
        let max = Option("max", .double, help: "The most that it can have, or grow by a second: 100 for percents")
        let unit = Option("unit", .string("UNIT"), help: "The unit of the metric, as seconds or bytes")
        let description = Option("description", .string, help: "What is measured")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let now = context.clock.now()
        let addition = try SampleAddition(args, at: try args.timestamp.map(context.instant) ?? now)
        let opened = try context.writableMetricStore()
        let type = try addition.type(in: opened)
        let record = addition.record(type)
        let step = Step("add", "sample of \(addition.key)", detail: "\(args.value.text) at \(addition.time.shortest)")
        var plan = Plan([step]) { _ in
            let store = try opened ?? context.metricStore()
            try addition.write(type, to: store)
            var report = Report.one(record)
            report.warnings = [store.upkeep(at: now)].compactMap(\.self)
            return report
        }
        plan.warnings = addition.warnings(now)
        return plan
    }
}

extension SampleValue {
    var text: String { ValueType<SampleValue>.sampleValue.text(self) }
}

/// One value that is to be recorded, and what is said of its metric.
struct SampleAddition: Sendable {
    let key: SeriesKey
    let value: Double
    let time: Timestamp
    private let given: MetricType?
    private let limits: MetricLimits?
    private let unit: String
    private let help: String

    /// - Throws: `usage`.
    init(_ args: Parsed<MetricAdd.Inputs>, at time: Timestamp) throws {
        key = SeriesKey(try MetricName(args.name), try TagSet(args.tags.map { ($0.key, $0.value) }))
        (value, self.time, given) = (args.value.number, time, args.type)
        (unit, help) = (args.unit ?? "", args.description ?? "")
        let hasLimits = args.min != nil || args.max != nil
        limits = hasLimits ? try MetricLimits(least: args.min, most: args.max) : nil
    }

    /// What the metric is, or will be.
    /// - Throws: `usage` and `conflict` for what no metric of this type can have.
    func type(in store: MetricStore?) throws -> MetricType {
        let family = try store?.family(of: key.name)
        if let family, family.name != key.name {
            throw Fault(
                .usage, "'\(key.name)' is a part of the \(family.type.rawValue) '\(family.name)'",
                hint: "record an observation: debvisor metric add \(family.name) VALUE")
        }
        let type = family?.type ?? given ?? .implied(by: key.name)
        if let given, given != type {
            throw Fault(
                .conflict, "metric '\(key.name)' is a \(type.rawValue), not a \(given.rawValue)",
                hint: "use another name, or delete the metric first")
        }
        if type == .counter, value < 0 {
            throw Fault(
                .usage, "a counter is never negative", hint: "record a gauge, with --type gauge, under another name")
        }
        if type.isCompound, limits != nil {
            throw Fault(.usage, "a \(type.rawValue) has no limits", hint: "leave out --min and --max")
        }
        if let definition = try store?.definition(of: key.name) {
            try definition.check(key.tags)
            guard unit.isEmpty || unit == definition.unit else {
                let own = definition.unit.isEmpty ? "has no unit" : "is in \(definition.unit)"
                throw Fault(
                    .conflict, "metric '\(key.name)' \(own) by its definition",
                    hint: "leave out --unit, and give the value in that")
            }
        }
        return type
    }

    func record(_ type: MetricType) -> MetricRecord {
        let id = type.isCompound ? nil : key.id.description
        return MetricRecord(label: SeriesIdentity(key, type, id: id), sample: Sample(time, value))
    }

    func write(_ type: MetricType, to store: MetricStore) throws {
        switch type {
        case .histogram: return try store.observe(key.name, key.tags, value, at: time, help: help, unit: unit)
        case .summary:
            var observation = ObservedValue(key.name, key.tags, value, at: time)
            (observation.help, observation.unit) = (help, unit)
            return try store.summarize(observation)
        case .gauge, .counter: break
        }
        let request = SeriesRequest(key, given, unit: unit, help: help, limits: limits)
        try store.append([NewSample(request, Sample(time, value))])
    }

    func warnings(_ now: Timestamp) -> [String] {
        var warnings: [String] = []
        if time.milliseconds - now.milliseconds > MetricTexts.tolerance {
            warnings.append("\(time.shortest) lies in the future")
        }
        if let limits, value < limits.least ?? -.infinity || value > limits.most ?? .infinity {
            warnings.append("the value lies beyond the limits that were given with it")
        }
        return warnings
    }
}
