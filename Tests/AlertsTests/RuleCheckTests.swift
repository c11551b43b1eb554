import DebVisorCore
import Testing

@testable import Alerts

@Suite struct RuleCheckTests {
    private static func rule(_ condition: AlertCondition, forSeconds: Int = 0, noData: Int = 600) -> AlertRule {
        AlertRule("r", metric: "m", condition, forSeconds: forSeconds, noDataSeconds: noData)
    }

    static let percent = RuleSurroundings(least: 0, most: 100, retentionSeconds: 86_400, stepSeconds: 60)

    @Test(
        "What can never fire is refused, with a hint",
        arguments: [
            rule(.above(90, clear: 91)), rule(.below(10, clear: 9)), rule(.above(.nan)), rule(.above(100)),
            rule(.above(120)), rule(.below(0)), rule(.forecast(reaches: 101, within: 60)), rule(.absence(seconds: 0)),
            rule(.rate(.above, 1, over: 0)), rule(.rate(.above, 1, over: 100_000)), rule(.anomaly(score: 1)),
            rule(.baseline(percentile: 100)), rule(.above(90), forSeconds: 90_000), rule(.above(90), forSeconds: -1),
            rule(.above(90), noData: 30), rule(.forecast(reaches: 100, within: 0)),
            AlertRule("", metric: "m", .above(1)), AlertRule("-x", metric: "m", .above(1)),
            AlertRule("a b", metric: "m", .above(1)), AlertRule("r", metric: "", .above(1)),
        ])
    func refused(rule: AlertRule) {
        let fault = #expect(throws: Fault.self) { try rule.check(Self.percent) }
        #expect(fault?.kind == .usage)
        #expect(fault?.message.isEmpty == false)
    }

    @Test(
        arguments: [
            rule(.above(99.9, clear: 99.9)), rule(.below(0.5)), rule(.forecast(reaches: 100, within: 60)),
            rule(.forecast(reaches: 0, .below, within: 60)), rule(.absence(seconds: 1)), rule(.anomaly(score: 0)),
            rule(.above(90), forSeconds: 86_400), rule(.baseline(.below, percentile: 1)),
        ]) func accepted(rule: AlertRule) throws
    { try rule.check(Self.percent) }

    @Test(
        arguments: [
            ("a=b", "b", true), ("a=b", "bb", false), ("a!=b", "c", true), ("a=~b.*", "bcd", true),
            ("a=~b", "bcd", false), ("a!~b.*", "bcd", false), ("a!~x|y", "z", true), ("a=", "", true),
            ("a==b", "=b", true), ("a=~x|b", "b", true),
        ])
    func matchers(text: String, value: String, isMatch: Bool) throws {
        let matcher = try LabelMatcher(text)
        #expect(matcher.matches(["a": value]) == isMatch)
        #expect(matcher.description == text)
        #expect(matcher.matches([:]) == (try LabelMatcher(text).matches(["a": ""])))
    }

    @Test(arguments: ["", "a", "=b", "a~b", "a=~(", "1a=b", "a b=c", "a=~[z"])
    func badMatchers(text: String) { #expect(throws: Fault.self) { try LabelMatcher(text) } }

    @Test func rulesChooseSeries() throws {
        let rule = AlertRule("r", metric: "m", matchers: [try LabelMatcher("pool=~d.*")], .above(1))
        #expect(rule.looksAt(metric: "m", tags: ["pool": "default"]))
        #expect(!rule.looksAt(metric: "n", tags: ["pool": "default"]))
        #expect(!rule.looksAt(metric: "m", tags: [:]))
    }

    @Test("A round of dependence is refused and named")
    func rounds() throws {
        let topology = try Topology(["vm:a": ["host:h", "pool:p"], "pool:p": ["host:h"]])
        #expect(topology.ancestors(of: "vm:a") == ["host:h", "pool:p"])
        #expect(topology.ancestors(of: "host:h").isEmpty)
        let fault = #expect(throws: Fault.self) { try Topology(["a": ["b"], "b": ["c"], "c": ["a"]]) }
        #expect(fault?.message == "'a' would depend on itself: a → b → c → a")
        #expect(throws: Fault.self) { try Topology(["a": ["a"]]) }
    }

    @Test func idsAreStable() {
        #expect(AlertID(rule: "disk-full", series: "00ff").text == AlertID(rule: "disk-full", series: "00ff").text)
        #expect(AlertID(rule: "a", series: "bc") != AlertID(rule: "ab", series: "c"))
        #expect(Fingerprint.of(["a"]).count == 16)
    }
}
