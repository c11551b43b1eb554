import Anomalies
import CommandKit
import DebVisorCore
import Metrics
import Platform

/// `debvisor baseline auto`
struct BaselineAuto: ChangingCommand {
    static let info = CommandInfo(
        "auto", "Make or renew the baselines of all series that have enough samples",
        discussion: """
            Enough are a hundred samples of at least a day. Series with fewer are listed with what they lack; a baseline that \
            they have stays. What a scheduled job calls once a day.
            """,
        examples: [
            Example("debvisor baseline auto", "of all series", prints: "created"),
            Example("debvisor baseline auto --tag host=a -o json", "of those with a tag", prints: "lacks"),
        ],
        statuses: .ofAStore + [.notFound], prints: BaselineOutcome.self)

    struct Inputs: InputSet {
        let series = SeriesInputs()
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let tags = try args.series.tags.tagSet()
        guard let metrics = try context.existingMetricStore() else {
            if let name = args.series.name { throw MetricStore.noMetric(name, among: []) }
            return .nothing(.list([BaselineOutcome]()))
        }
        let series = try metrics.scoredSeries(args.series.name, tags)
        guard !series.isEmpty else { return .nothing(.list([BaselineOutcome]())) }
        return Plan([Step("make", "baselines of those of \(series.count) series that have enough samples")]) {
            session in
            let (store, now) = (try context.anomalyStore(), context.clock.now())
            let outcomes = try await Worker.run {
                let maker = BaselineMaker(metrics: metrics, session: session)
                return try maker.keepWhatIsEnough(series, in: store, at: now)
            }
            var report = Report.list(outcomes)
            report.changed = outcomes.contains { $0.status == .created || $0.status == .updated }
            return report
        }
    }
}

extension BaselineMaker {
    /// Makes those of series that have enough samples and keeps them, a hundred at a time.
    fileprivate func keepWhatIsEnough(
        _ series: [MetricSeries], in store: AnomalyStore, at now: Timestamp
    ) throws -> [BaselineOutcome] {
        let old = store.readableBaselines()
        let task = session.progress("making baselines")
        defer { task.finish() }
        var outcomes: [BaselineOutcome] = []
        var new: [SavedBaseline] = []
        for one in series {
            task.note("series \(outcomes.count) of \(series.count)")
            let (outcome, saved) = try self.outcome(of: one, old[one.id.number], at: now)
            outcomes.append(outcome)
            if let saved { new.append(saved) }
            if new.count == 100 {
                try store.save(new)
                new = []
            }
        }
        try store.save(new)
        return outcomes
    }

    private func outcome(
        of series: MetricSeries, _ old: SavedBaseline?, at now: Timestamp
    ) throws -> (BaselineOutcome, SavedBaseline?) {
        let label = SeriesLabel(series.key)
        let baseline: Baseline
        do { baseline = try self.baseline(of: series) } catch let fault as Fault where fault.kind == .notFound {
            return (BaselineOutcome(label: label, status: .lacking, samples: 0, lacks: ["samples"]), nil)
        }
        let shortage = baseline.shortage
        guard shortage.isEmpty else {
            return (BaselineOutcome(label: label, status: .lacking, samples: baseline.count, lacks: shortage), nil)
        }
        let made = SavedBaseline(label, isCounter: series.isCounted, baseline, at: now)
        let isSame = old?.baseline == baseline && old?.isCounter == made.isCounter
        let status: BaselineOutcome.Status = isSame ? .unchanged : old == nil ? .created : .updated
        return (
            BaselineOutcome(label: label, status: status, samples: baseline.count, lacks: baseline.lacks),
            isSame ? nil : made
        )
    }
}

/// What became of the baseline of one series.
struct BaselineOutcome: Record {
    enum Status: String, CaseIterable { case created, updated, unchanged, lacking }

    var label: SeriesLabel
    var status: Status
    var samples: Int
    var lacks: [String]

    static var fields: [Field<BaselineOutcome>] {
        [
            .string("metric_name", "Name of the metric", column: .none) { $0.label.metric },
            .map("tags", "Tags of the series", column: .none) { $0.label.tags },
            .string("series_id", "Id of the series", column: .none) { $0.label.idText },
            .string("series", "Name and tags") { $0.label.text },
            .choice("status", "What became of its baseline") { $0.status },
            .int("samples", "How many samples there are") { $0.samples },
            .strings("lacks", "What is missing, in words") { $0.lacks },
        ]
    }
}
