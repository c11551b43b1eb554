import Alerts
import CommandKit
import DebVisorCore
import Trends

/// When a rule speaks: one kind of condition.
struct ConditionInputs: InputSet {
    let above = Option("above", .level, help: "The value is above this: a number, or a size like 200GiB")
    let below = Option("below", .level, help: "The value is below this")
    let rateAbove = Option("rate-above", .level, help: "The change a second is above this")
    let rateBelow = Option("rate-below", .level, help: "The change a second is below this; -5 for a fall")
    let over = Option("over", .duration(atLeast: 1), help: "The stretch of time of a rate; 5m unless given")
    let clearBelow = Option("clear-below", .level, help: "It resolves below this only, not at the level where it fires")
    let clearAbove = Option("clear-above", .level, help: "The same for what fires below a level")
    let absent = Option("absent", .duration(atLeast: 1), help: "No sample came for so long")
    let reaches = Option("reaches", .level, help: "By its trend it will be at this level")
    let within = Option("within", .duration(atLeast: 1), help: "… within so long a time, at most 90d")
    let side = Option(
        "side", .choice(AlertCondition.Side.self), help: "… where the level counts as reached; above unless given")
    let aboveBaseline = Option(
        "above-baseline", .percentile, help: "The value is above this percentile of the series' baseline, as p99")
    let belowBaseline = Option("below-baseline", .percentile, help: "The value is below it, as p1")
    let anomaly = Option(
        "anomaly", .threshold, help: "'detect run' found something with a score above this: 0.65, or a severity")
    let ruled = GroupRules(Self.self)

    static let rules: [InputRule<ConditionInputs>] = [
        .exactlyOne(
            \.above, \.below, \.rateAbove, \.rateBelow, \.absent, \.reaches, \.aboveBaseline, \.belowBaseline, \.anomaly
        ),
        .requires(\.reaches, \.within), .requires(\.within, \.reaches), .requires(\.side, \.reaches),
        .conflict(\.clearBelow, \.clearAbove), .conflict(\.over, \.above), .conflict(\.over, \.below),
    ]
}

extension Parsed<ConditionInputs> {
    /// - Throws: `usage` for options that do not belong together.
    func condition() throws -> AlertCondition {
        if let over = self.over, self.rateAbove == nil, self.rateBelow == nil {
            throw Fault(.usage, "--over \(over)s is for rates", hint: "give --rate-above or --rate-below with it")
        }
        let found = try given()
        if let given = self.clearBelow ?? self.clearAbove {
            let (side, wanted) = (found.side, self.clearBelow != nil ? AlertCondition.Side.above : .below)
            let isKindWithLevel = [.threshold, .rate, .anomaly].contains(found.kind)
            guard isKindWithLevel, side == wanted else {
                throw Fault(
                    .usage, "--clear-\(wanted == .above ? "below" : "above") does not belong to this condition",
                    hint: "what fires above a level clears below one; only levels, rates and scores have such a level")
            }
            var copy = found
            copy.clear = given.value
            return copy
        }
        return found
    }

    private func given() throws -> AlertCondition {
        let over = self.over ?? 300
        if let level = self.above { return .above(level.value) }
        if let level = self.below { return .below(level.value) }
        if let level = self.rateAbove { return .rate(.above, level.value, over: over) }
        if let level = self.rateBelow { return .rate(.below, level.value, over: over) }
        if let seconds = self.absent { return .absence(seconds: seconds) }
        if let percentile = self.aboveBaseline { return .baseline(.above, percentile: percentile.percent) }
        if let percentile = self.belowBaseline { return .baseline(.below, percentile: percentile.percent) }
        if let score = self.anomaly { return .anomaly(score: score.score) }
        guard let level = self.reaches, let within = self.within else {
            throw Fault(.usage, "the rule has no condition", hint: "give one, as --above 90")
        }
        guard within <= RuleReader.horizonDays * 86_400 else {
            throw Fault(
                .usage, "--within looks farther ahead than a forecast does",
                hint: "take \(RuleReader.horizonDays)d or less")
        }
        return .forecast(reaches: level.value, self.side ?? .above, within: within)
    }
}
