/// What a zone's clocks show: their distance from UTC, and what it is called.
package struct ZoneClock: Sendable, Hashable {
    /// Seconds east of UTC, less than 26 hours either way.
    package var utcOffset: Int64
    package var isDaylightSaving: Bool
    /// `CEST`, `+03`.
    package var abbreviation: String

    package init(utcOffset: Int64, isDaylightSaving: Bool, abbreviation: String) {
        self.utcOffset = utcOffset
        self.isDaylightSaving = isDaylightSaving
        self.abbreviation = abbreviation
    }
}

/// A change of clocks at an instant.
struct ZoneTransition: Sendable, Hashable {
    /// Seconds since 1970 in UTC.
    var time: Int64
    var clock: ZoneClock
}
