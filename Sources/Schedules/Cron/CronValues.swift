/// The values of a field that match, and how it was written as far as that changes the meaning.
package struct CronValues: Sendable, Hashable {
    /// Bit v is set if the value v matches; Sunday is bit 0.
    package var bits: UInt64
    /// Cron's "star bit": the text begins with `*`, as `*/2` and `*,5` do, and `5,*` or `0-59` do not.
    package var beginsWithStar: Bool
    /// n, where the whole text is `*/n`.
    package var step: Int?

    package func contains(_ value: Int) -> Bool { bits >> UInt64(value) & 1 == 1 }

    /// How many match.
    package var count: Int { bits.nonzeroBitCount }

    /// Those that match, ascending.
    package var values: [Int] { (0..<64).filter(contains) }
}
