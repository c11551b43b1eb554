import DebVisorCore
import Testing

@testable import DebVisorCommands

/// What examples of rules name.
enum RuleExamples {
    /// Samples of two pools, one above 70 now, and a rule `pool-high` that was not evaluated yet.
    static func sandbox() async throws -> Sandbox {
        let sandbox = try Sandbox()
        try await MetricTests.furnish(sandbox)
        await sandbox.prepare("alert rule add pool-high pool_used_percent --above 70")
        return sandbox
    }
}
