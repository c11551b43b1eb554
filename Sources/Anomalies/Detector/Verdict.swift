/// What a detector says of one row.
package struct Verdict: Sendable, Hashable {
    /// How a row's stamp stands to that of the row before.
    package enum Order: Sendable, Hashable {
        /// The first row, or a later stamp.
        case forward
        /// The same stamp again.
        case equal
        /// An earlier stamp.
        case backward
    }

    /// 0 to 1: how anomalous, in sixths of `surprise`. An anomaly shows once, by a row of more than 0.05; what follows has a
    /// twentieth of its surprise until it is clearly higher or long ago.
    package let score: Double
    /// The decimal logarithm of one in how many rows is like this, 0 to 6, whether it was told before or not.
    package let surprise: Double
    /// Whether this row is where an anomaly shows.
    package let isAlert: Bool
    /// Rows are judged in the order they come in, whatever their stamps; only the seasons look at those.
    package let order: Order

    package var severity: Severity? { isAlert ? Severity(score: score) : nil }
}
