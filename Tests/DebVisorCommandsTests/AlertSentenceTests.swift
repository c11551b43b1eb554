import Alerts
import Testing

@testable import DebVisorCommands

/// What a rule looks for, in words.
@Suite struct AlertSentenceTests {
    @Test(
        arguments: [
            (AlertCondition.above(90), "m is above 90"),
            (.below(5, clear: 10), "m is below 5, and is over when that is above 10"),
            (.absence(seconds: 600), "m has had no sample for 10m"),
            (.rate(.above, 100, over: 300), "m changes by more than 100 over 5m"),
            (.rate(.below, -3, over: 60), "m changes by less than -3 over 1m"),
            (.forecast(reaches: 100, within: 604_800), "m will reach 100 within 1w"),
            (.baseline(percentile: 99), "m is above percentile 99 of its baseline"),
        ] as [(AlertCondition, String)])
    func sentences(condition: AlertCondition, text: String) {
        #expect(RuleSentence.text(AlertRule("r", metric: "m", condition), .plain) == "the rule fires while \(text)")
    }

    @Test func howLong() {
        let held = AlertRule("r", metric: "m", .above(1_048_576, clear: 524_288), forSeconds: 120, keepSeconds: 60)
        #expect(
            RuleSentence.text(held, .bytes)
                == "the rule fires while m is above 1 MiB for 2m, and is over when that is below 512 KiB, for 1m")
        let anomaly = AlertRule("r", metric: "m", .anomaly(score: 0.65))
        #expect(
            RuleSentence.text(anomaly, .plain)
                == "the rule fires while the anomaly score of m is above 0.65, and is over once that has ended, for 30m"
        )
    }
}
