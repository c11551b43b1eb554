import CommandKit
import DebVisorCore
import Schedules

/// An instant as a person types it: with an offset, by the clock of a zone, or so long ago.
enum GivenTime: Sendable, Equatable {
    case instant(Timestamp)
    /// Seconds of a clock on the wall since its 1970-01-01 00:00; the zone is that of the question.
    case local(Int64)
    /// Seconds before now; negative ones lie ahead.
    case ago(Int)

    /// - Parameter zone: whose clock was meant where nothing else is said.
    func timestamp(now: Timestamp, in zone: TimeZoneRules) -> Timestamp {
        switch self {
        case .instant(let time): return time
        case .ago(let seconds): return now.adding(milliseconds: -Int64(seconds) * 1000)
        case .local(let seconds):
            // A time that comes twice is the first one; one that does not exist is as much later as the gap is long.
            let earlier = zone.clock(at: seconds - 86_400).utcOffset
            let first = seconds - earlier
            if zone.clock(at: first).utcOffset == earlier { return Timestamp(milliseconds: first * 1000) }
            let second = seconds - zone.clock(at: first).utcOffset
            let isThere = zone.clock(at: second).utcOffset == zone.clock(at: first).utcOffset
            return Timestamp(milliseconds: (isThere ? second : first) * 1000)
        }
    }
}

extension ValueType where Value == GivenTime {
    /// `2026-11-25T03:00:00Z`, `2026-11-25T03:00`, `2026-11-25`, `now`; `24h` for so long ago, `+24h` for so far ahead.
    static var time: ValueType {
        ValueType(placeholder: "TIME") { text throws(ValueError) in
            if text == "now" { return .ago(0) }
            let span = text.hasPrefix("+") ? String(text.dropFirst()) : text
            if let seconds = try? ValueType<Int>.duration.parse(span) {
                guard seconds <= Self.longest else { throw ValueError("must not be more than 10,000 years away") }
                return .ago(text.hasPrefix("+") ? -seconds : seconds)
            }
            if let time = Timestamp(rfc3339: text) { return .instant(time) }
            for end in ["Z", ":00Z", "T00:00:00Z"] where text.last != "Z" {
                if let time = Timestamp(rfc3339: text + end) { return .local(time.seconds) }
            }
            throw ValueError("must be a time like 2026-11-25T03:00:00Z, 2026-11-25 or 24h (so long ago)")
        }
    }

    /// Seconds: as far as calendars reach.
    private static var longest: Int { 10_000 * 366 * 86_400 }
}
