import Alerts
import CommandKit
import DebVisorCore
import Metrics

/// What is stored of the series that a rule is to look at.
struct RuleSurvey: Sendable {
    var series: [MetricSeries] = []
    var surroundings = RuleSurroundings()
    /// Seconds between samples, of the series that is measured most seldom.
    var slowestStep: Int?
    /// How many of the series have a baseline.
    var baselines = 0

    /// So many series are looked at closely.
    private static let looked = 16

    init() {}

    init(_ rule: AlertRule, _ scene: RuleScene) throws {
        series = try scene.series(of: rule)
        guard let metrics = scene.metrics, !series.isEmpty else { return }
        let limits = series.map(\.limits)
        // Where one has no limit, somebody may still get there.
        surroundings.least = limits.contains { $0.least == nil } ? nil : limits.compactMap(\.least).min()
        surroundings.most = limits.contains { $0.most == nil } ? nil : limits.compactMap(\.most).max()
        surroundings.retentionSeconds = try metrics.retention().sampleDays.map { $0 * 86_400 }
        let some = Array(series.prefix(Self.looked))
        let steps = try metrics.look(at: some) { look in try some.compactMap { try Self.step(of: $0, look) } }
        surroundings.stepSeconds = steps.min()
        slowestStep = steps.max()
        if rule.condition.kind == .baseline {
            let known = scene.baselines(of: rule.metric)
            baselines = series.count { known[$0.id.number] != nil }
        }
    }

    /// The median distance of samples, in seconds; nil with fewer than three.
    private static func step(of series: MetricSeries, _ look: SampleLook) throws -> Int? {
        guard let extent = try look.extent(of: series), extent.count > 2 else { return nil }
        let span = extent.last.milliseconds - extent.first.milliseconds
        let recent = span / Int64(extent.count) * 50
        var times: [Int64] = []
        try look.readSamples(of: series, after: extent.last.adding(milliseconds: -max(recent, 1))) { samples in
            times += samples.map(\.time.milliseconds)
        }
        let steps = zip(times.dropFirst(), times).map { $0 - $1 }.sorted()
        return steps.count < 2 ? nil : Int(steps[steps.count / 2] / 1000)
    }
}

extension RuleSurvey {
    /// What may not be what the person had in mind.
    func warnings(_ rule: AlertRule) -> [String] {
        var warnings: [String] = []
        if series.isEmpty, rule.metric != JobMetric.name {
            let tags = rule.matchers.map(\.description).joined(separator: ", ")
            warnings.append(
                "no series of '\(rule.metric)'\(tags.isEmpty ? "" : " matches \(tags)"): the rule waits until there is one"
            )
        }
        if rule.condition.kind == .baseline {
            if !series.isEmpty, baselines < series.count {
                warnings.append(
                    "\(baselines) of \(series.count) series have a baseline; the others are not looked at until "
                        + "'debvisor baseline create \(rule.metric)' made theirs")
            }
            if rule.forSeconds == 0 {
                warnings.append(
                    "one sample is enough to fire, and some are always beyond a percentile; --for 10m wants more of them"
                )
            }
        }
        return warnings
    }

    /// - Throws: `usage` for a rule that can never fire, beyond what `AlertRule.check` knows.
    func check(_ rule: AlertRule) throws {
        guard rule.metric == JobMetric.name || rule.condition.kind == .rate else { return }
        if rule.metric == JobMetric.name, rule.condition.kind != .threshold {
            throw Fault(
                .usage, "rule '\(rule.name)' could never fire: the scheduler keeps no samples",
                hint: "\(JobMetric.name) takes --above or --below")
        }
        if rule.condition.kind == .rate, let step = surroundings.stepSeconds, step > rule.condition.seconds ?? 0 {
            throw Fault(
                .usage, "rule '\(rule.name)' could never fire: samples come every \(step) s",
                hint: "give --over more than that")
        }
    }
}
