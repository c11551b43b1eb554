/// Time left, in the unit of `poll(2)`.
package enum Deadline {
    /// Milliseconds until `instant`, rounded up so that nobody wakes too early; at least 0.
    package static func milliseconds(until instant: ContinuousClock.Instant) -> Int32 {
        let left = instant - .now
        guard left > .zero else { return 0 }
        let (seconds, attoseconds) = left.components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
