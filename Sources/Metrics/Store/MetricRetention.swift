import DebVisorCore

/// How long samples and roll-ups are kept. What gets too old for one tier is rolled up into the next.
package struct MetricRetention: Sendable, Hashable {
    /// Days of samples; nil: for ever. The oldest day is whole.
    package var sampleDays: Int?
    /// Days of ten minutes' roll-ups.
    package var tenMinuteDays: Int?
    /// Days of hourly roll-ups.
    package var hourDays: Int?
    /// Above this the oldest goes, whatever its age; nil: as much as there is room for.
    package var bytes: Int64?

    /// Nothing goes by age, for what somebody imports may be old; a store does not fill the disk.
    package init(sampleDays: Int? = nil, tenMinuteDays: Int? = nil, hourDays: Int? = nil, bytes: Int64? = 2 << 30) {
        (self.sampleDays, self.tenMinuteDays, self.hourDays) = (sampleDays, tenMinuteDays, hourDays)
        self.bytes = bytes
    }

    /// - Throws: `usage` if a coarser tier would end before a finer one.
    package func check() throws {
        let known = days.compactMap { $0 }
        guard known == known.sorted(), known.allSatisfy({ $0 > 0 }), (bytes ?? 1) > 0 else {
            throw Fault(
                .usage, "roll-ups are kept at least as long as what they are made of",
                hint: "for example samples 30 days, ten minutes 180, hours 1825")
        }
    }

    /// By tier.
    var days: [Int?] { [sampleDays, tenMinuteDays, hourDays] }
}

/// What one pass of retention or compaction did.
package struct MetricUpkeep: Sendable, Hashable {
    /// Samples that were rolled up.
    package var rolledUp = 0
    /// Roll-ups that were merged into larger ones or removed.
    package var removed = 0
    /// Bytes of the file and its log before and after.
    package var before: Int64 = 0
    package var after: Int64 = 0

    package init() {}
}
