import CommandKit
import DebVisorCore
import Metrics

/// `debvisor metric define`
struct MetricDefine: ChangingCommand {
    static let info = CommandInfo(
        "define", "Say what a metric is before its samples come",
        discussion: """
            What is added, imported or collected later has to fit: the type, the unit, the labels, and the number of series. \
            Of a metric that is defined already, what is not said stays as it is. A definition that stored series contradict \
            is refused; 'debvisor metric definition delete' takes one back.

            Names follow OpenMetrics: that of a counter ends with _total, and if there is a unit, the name ends with it. \
            Of a histogram --buckets are the upper bounds, and one without an end is added. A summary keeps --quantiles of all \
            values since its series began, each to a hundredth of itself; where a share of recent values is wanted, or \
            several hosts are added up, a histogram is better. More than --max-series combinations of labels are refused, so \
            that a label with ever new values cannot fill the store.

            --help with a text says what the metric means; -h, or --help at the end of the line, shows this page.
            """,
        examples: [
            Example(
                "debvisor metric define request_duration_seconds --type histogram --unit seconds "
                    + "--help 'Time until the answer' --buckets 0.1,1,10", "observations by size",
                prints: "request_duration_seconds"),
            Example(
                "debvisor metric define orders_total --type counter --help 'Orders taken' --labels shop --max-series 20",
                "a counter of at most twenty shops", prints: "shop"),
        ],
        statuses: .ofAStore, prints: DefinitionRecord.self)

    struct Inputs: InputSet {
        let name = Argument("NAME", .object(ObjectKind.metric, placeholder: "NAME"), help: "Name of the metric")
        let type = Option("type", .choice(MetricType.self), help: "What its numbers mean; needed the first time")
        let meaning = Option("help", .string("TEXT"), help: "What it means, in a few words")
        let unit = Option("unit", .string("UNIT"), help: "Its unit, as seconds or bytes; the name ends with it")
        let buckets = Option("buckets", .numbers("N,..."), help: "Of a histogram: upper bounds, ascending")
        let quantiles = Option("quantiles", .numbers("N,..."), help: "Of a summary: shares between 0 and 1")
        let labels = Option(
            "labels", .words("NAME,..."), help: "The labels that its series may have; '' for none, any without")
        let maxSeries = Option(
            "max-series", .int(in: 1...10_000_000), help: "The most series that it may have; 1000 unless said")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let opened = try context.writableMetricStore()
        let name = try MetricName(args.name)
        let old = try opened?.definition(of: name) ?? ReadyMetrics.definition(of: name)
        let definition = try definition(args, name, old)
        try opened?.check(definition)
        let count = try opened?.seriesCount(of: name) ?? 0
        let record = DefinitionRecord(definition, series: count)
        guard try opened?.definition(of: name) != definition else { return .nothing(.one(record)) }
        var plan = Plan([Step("define", "metric \(name)", detail: definition.type.rawValue)]) { _ in
            try (opened ?? context.metricStore()).define(definition)
            return .one(record)
        }
        plan.warnings = [definition.remark].compactMap(\.self)
        return plan
    }

    /// What was said, and for the rest what was there.
    private func definition(
        _ args: Parsed<Inputs>, _ name: MetricName, _ old: MetricDefinition?
    ) throws -> MetricDefinition {
        guard let type = args.type ?? old?.type else {
            throw Fault(
                .usage, "what '\(name)' is was not said",
                hint: "--type gauge, counter, histogram or summary; see debvisor metric define -h")
        }
        let former = old?.type == type ? old : nil
        return try MetricDefinition(
            name, type, unit: args.unit ?? former?.unit ?? "", help: args.meaning ?? old?.help ?? "",
            buckets: args.buckets.map(HistogramBounds.init) ?? former?.buckets,
            quantiles: args.quantiles ?? former?.quantiles, labels: args.labels ?? old?.labels,
            seriesLimit: args.maxSeries ?? old?.seriesLimit ?? MetricDefinition.standardLimit)
    }
}
