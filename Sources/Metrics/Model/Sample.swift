package import DebVisorCore

/// One value at one instant.
package struct Sample: Sendable, Hashable {
    package var time: Timestamp
    package var value: Double

    package init(_ time: Timestamp, _ value: Double) { (self.time, self.value) = (time, value) }

    package static func == (a: Sample, b: Sample) -> Bool {
        a.time == b.time && a.value.bitPattern == b.value.bitPattern
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(time)
        hasher.combine(value.bitPattern)
    }

    /// Says that a series ended here: the machine was shut off or moved away. Prometheus' staleness marker, a NaN of these
    /// bits (model/value/value.go).
    package static let endOfSeries = Double(bitPattern: endBits)
    static let endBits: UInt64 = 0x7ff0_0000_0000_0002

    package var isEndOfSeries: Bool { value.bitPattern == Self.endBits }

    /// The times a store takes, in milliseconds: from the year 1 to the end of 9999, which RFC 3339 can write.
    package static let times: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999
}
