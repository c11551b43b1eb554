import GRDB

/// The labels of a row of `alerts`, each read when it is asked for: most matchers ask for one.
struct AlertLabels {
    /// What a selection of them begins with.
    static let columns = "rule, metric, severity, object, host, tags"
    static let count = 6

    private let row: Row

    init(_ row: Row) { self.row = row }

    /// Empty if there is no such label.
    func value(_ name: String) -> String {
        switch name {
        case "rule": row[0]
        case "metric": row[1]
        case "severity": row[2]
        case "object": row[3] ?? ""
        case "host": row[4] ?? tag(name)
        default: tag(name)
        }
    }

    private func tag(_ name: String) -> String { StoredTags.value(name, in: row[5]) ?? "" }
}
