/// How records are written.
package enum OutputFormat: String, Sendable, CaseIterable {
    case table, json, ndjson, yaml, tsv

    /// Whether errors are objects too.
    var hasErrorObjects: Bool { self == .json || self == .ndjson }
}

/// When colour is used.
enum ColorChoice: String, Sendable, CaseIterable {
    case auto, always, never
}
