/// Instants with the offset of a zone, as in RFC 3339. Core's `Timestamp` reads them.
package enum RFC3339 {
    /// `2026-03-29T03:00:00+02:00`; `Z` at offset 0. An offset with seconds, as before 1972, is rounded down to a
    /// minute and the time with it, so that the instant stays right.
    package static func text(_ instant: Int64, utcOffset: Int64) -> String {
        let minutes = utcOffset.flooredQuotient(by: 60)
        let local = instant + minutes * 60
        let time = LocalTime(minutes: local.flooredQuotient(by: 60))
        let seconds = LocalTime.padded(Int(local.flooredRemainder(by: 60)), 2)
        func two(_ number: Int64) -> String { LocalTime.padded(Int(number), 2) }
        let offset =
            minutes == 0 ? "Z" : "\(minutes < 0 ? "-" : "+")\(two(abs(minutes) / 60)):\(two(abs(minutes) % 60))"
        return "\(time.day)T\(time.clock):\(seconds)\(offset)"
    }
}

extension TimeZoneRules {
    /// An instant as this zone writes it.
    package func rfc3339(_ instant: Int64) -> String {
        RFC3339.text(instant, utcOffset: interval(at: instant).utcOffset)
    }
}
