import Alerts
import Testing

@testable import DebVisorCommands

/// What a rule looks for, in words.
@Suite struct AlertSentenceTests {
    @Test(
        arguments: [
            (AlertCondition.above(90), "m above 90"), (.below(5, clear: 10), "m below 5, clear above 10"),
            (.absence(seconds: 600), "m no sample for 10 min"),
            (.rate(.above, 100, over: 300), "m changes by above 100 over 5 min"),
            (.forecast(reaches: 100, within: 604_800), "m reaches 100 or more within 7 d"),
            (.baseline(percentile: 99), "m above p99 of its baseline"),
            (
                .anomaly(score: 0.65, clear: 0.5),
                "m anomaly score above 0.65, clear below 0.5; it is over after 30 min without"
            ),
        ] as [(AlertCondition, String)])
    func sentences(condition: AlertCondition, text: String) {
        #expect(view(AlertRule("r", metric: "m", condition), .plain).life == text)
    }

    @Test func howLong() {
        let held = AlertRule("r", metric: "m", .above(1_048_576, clear: 524_288), forSeconds: 120, keepSeconds: 60)
        #expect(
            view(held, .bytes).life
                == "m above 1 MiB, clear below 512 KiB; it fires after 2 min of that, and is over after 1 min without")
    }

    private func view(_ rule: AlertRule, _ unit: PlotUnit) -> RuleView { RuleView(rule: rule, unit: unit, open: 0) }
}
