import DebVisorCore

/// The name of a metric as Prometheus and OpenMetrics allow it: `[a-zA-Z_:][a-zA-Z0-9_:]*`, at most 255 bytes.
package struct MetricName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// - Throws: `usage`.
    package init(_ text: String) throws {
        guard Self.isValid(text.utf8, colons: true) else {
            throw Fault(
                .usage, "'\(text)' cannot be the name of a metric",
                hint:
                    "a name has letters, digits, '_' and ':', does not begin with a digit and has at most 255 characters"
            )
        }
        self.text = text
    }

    init(stored text: String) { self.text = text }

    package var description: String { text }
    package static func < (a: MetricName, b: MetricName) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }

    static func isValid(_ bytes: some Collection<UInt8>, colons: Bool) -> Bool {
        guard let first = bytes.first, bytes.count <= 255, !(48...57).contains(first) else { return false }
        return bytes.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, 95: true
            case 58: colons
            default: false
            }
        }
    }
}
