/// What a command is going to change, and how. The runner prints the steps (`--dry-run`), asks, or applies.
package struct Plan: Sendable {
    /// In the order of their execution; none means that all is already as wished.
    package var steps: [Step]
    /// What deserves a look before: a line each on stderr.
    package var warnings: [String] = []
    let idle: @Sendable () -> Report
    let apply: @Sendable (Session) async throws -> Report

    /// - Parameters:
    ///   - idle: what to say when there are no steps.
    ///   - apply: does all of the steps, checking again that the world is still as planned.
    package init(
        _ steps: [Step], idle: @autoclosure @escaping @Sendable () -> Report = .message("nothing to do"),
        apply: @escaping @Sendable (Session) async throws -> Report
    ) {
        self.steps = steps
        self.idle = idle
        self.apply = apply
    }

    /// All is already as wished.
    package static func nothing(_ report: Report) -> Plan {
        Plan([], idle: report) { _ in report }
    }

    /// All is already as wished: a sentence that says so.
    package static func nothing(_ sentence: String) -> Plan { nothing(.message(sentence)) }

    /// The same plan with a warning more.
    package func warning(_ sentence: String) -> Plan {
        var copy = self
        copy.warnings.append(sentence)
        return copy
    }
}

/// One thing that a plan would do.
package struct Step: Sendable, Equatable, Record {
    /// A verb: `delete`, `start`.
    package var action: String
    /// What it is done to: `vm web`.
    package var object: String
    package var detail: String?
    /// How many bytes it writes, frees or moves.
    package var sizeBytes: UInt64?

    package init(_ action: String, _ object: String, detail: String? = nil, sizeBytes: UInt64? = nil) {
        self.action = action
        self.object = object
        self.detail = detail
        self.sizeBytes = sizeBytes
    }

    package static var fields: [Field<Step>] {
        [
            .string("action", "What is done") { $0.action },
            .string("object", "What it is done to") { $0.object },
            .string("detail", "More about it") { $0.detail },
            .bytes("size_bytes", "How many bytes it writes, frees or moves") { $0.sizeBytes },
        ]
    }
}
