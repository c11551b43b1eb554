/// The name of a run, unique on a host: `k3f9x2-1742`. The number alone names it within one state directory.
package struct RunID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Made once for each state directory.
    package let ledger: String
    package let number: Int64

    package init(ledger: String, number: Int64) {
        self.ledger = ledger
        self.number = number
    }

    package var description: String { "\(ledger)-\(number)" }
    package static func < (a: RunID, b: RunID) -> Bool { a.number < b.number }
}
