/// The rule at the end of a zone file, which holds for all time after its last transition: `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// The format is that of POSIX' TZ variable with the extensions of RFC 9636, section 3.3.1: names in angle brackets, and
/// times of day from -167 to 167 hours.
struct PosixTimeZone: Sendable {
    struct Daylight: Sendable {
        var clock: ZoneClock
        var start: PosixDateRule
        var end: PosixDateRule
    }

    var standard: ZoneClock
    var daylight: Daylight?

    /// Nil for a text that is not such a rule, also for a daylight saving name without dates, which no zone file has.
    init?(_ text: some StringProtocol) {
        var scanner = PosixScanner(text)
        guard let name = scanner.name(), let west = scanner.time(hours: 24) else { return nil }
        standard = ZoneClock(utcOffset: -west, isDaylightSaving: false, abbreviation: name)
        guard !scanner.isAtEnd else { return }
        guard let other = scanner.name() else { return nil }
        var offset = standard.utcOffset + 3600
        if !scanner.isNext(",") {
            guard let west = scanner.time(hours: 24) else { return nil }
            offset = -west
        }
        guard scanner.skip(","), let start = PosixDateRule(&scanner), scanner.skip(","),
            let end = PosixDateRule(&scanner), scanner.isAtEnd
        else { return nil }
        let clock = ZoneClock(utcOffset: offset, isDaylightSaving: true, abbreviation: other)
        daylight = Daylight(clock: clock, start: start, end: end)
    }

    /// Every change of these years in order, without those that a change at the same instant undoes: a rule of daylight
    /// saving all year begins the next where it ends this one.
    func transitions(inYears years: ClosedRange<Int64>) -> [ZoneTransition] {
        guard let daylight else { return [] }
        var all: [ZoneTransition] = []
        for year in years {
            all.append(
                ZoneTransition(time: daylight.end.seconds(inYear: year) - daylight.clock.utcOffset, clock: standard))
            all.append(
                ZoneTransition(time: daylight.start.seconds(inYear: year) - standard.utcOffset, clock: daylight.clock))
        }
        all.sort { ($0.time, $0.clock.isDaylightSaving ? 1 : 0) < ($1.time, $1.clock.isDaylightSaving ? 1 : 0) }
        var result: [ZoneTransition] = []
        for transition in all {
            if result.last?.time == transition.time { result.removeLast() }
            if result.last?.clock != transition.clock { result.append(transition) }
        }
        return result
    }
}
