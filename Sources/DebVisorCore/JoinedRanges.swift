extension Array {
    /// Adds a range that begins no earlier than the last one did; joins it with that one if they touch.
    package mutating func join<Bound>(_ range: Range<Bound>) where Element == Range<Bound> {
        guard !range.isEmpty else { return }
        guard let last, range.lowerBound <= last.upperBound else { return append(range) }
        self[count - 1] = last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
    }
}
