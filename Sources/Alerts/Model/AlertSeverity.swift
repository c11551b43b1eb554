/// How bad it is.
package enum AlertSeverity: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case info, warning, critical

    var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .critical: 2
        }
    }

    package static func < (a: AlertSeverity, b: AlertSeverity) -> Bool { a.rank < b.rank }
}
