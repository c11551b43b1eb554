/// What a series can be at least and at most, known beforehand: percent, a capacity, a link's speed.
package struct KnownLimits: Sendable, Hashable {
    package let least: Double
    package let most: Double

    /// nil unless both are finite and the first is the smaller one, by more than nothing.
    package init?(_ least: Double, _ most: Double) {
        guard least.isFinite, most.isFinite, least < most, (most - least).isNormal else { return nil }
        self.least = least
        self.most = most
    }
}
