import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// What scripts parse of rules and evaluations, and what people see.
@Suite struct AlertRuleRecordTests {
    @Test func records() async throws {
        let sandbox = try await RuleExamples.sandbox()
        for (line, name) in [
            ("alert rule test pool-high --since 6h", "alert-replay"), ("alert run --dry-run", "alert-run-plan"),
            ("alert run", "alert-change"), ("alert rule list", "alert-rule"),
            ("alert rule show pool-high", "alert-rule-detail"),
        ] {
            // A run changes what the next one finds, so each format has a sandbox of its own.
            let other = name == "alert-change" ? try await RuleExamples.sandbox() : sandbox
            for (format, place) in [("table", sandbox), ("json", other)] {
                let outcome = await place.run("\(line) -o \(format)")
                #expect(outcome.status == 0, "\(outcome.errors)")
                try expectGoldenRecord(outcome.output, "\(name).\(format)")
            }
        }
        #expect(sandbox.toldBreaches == [])
    }
}
