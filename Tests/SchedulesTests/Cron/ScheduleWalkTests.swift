import Glibc
import TestSupport
import Testing

@testable import Schedules

/// Random schedules against a walk through every minute of two years.
@Suite struct ScheduleWalkTests {
    /// As many expressions a zone; `SOAK` in the environment makes them more.
    static let count = getenv("SOAK") == nil ? 6 : 400

    @Test(arguments: [
        ("UTC", 2025), ("Europe/Berlin", 2025), ("America/New_York", 2023), ("Australia/Lord_Howe", 2026),
        ("Africa/Casablanca", 2025), ("Europe/Dublin", 2039), ("Asia/Kathmandu", 2026), ("America/Santiago", 2027),
        ("Asia/Beirut", 2029), ("Pacific/Apia", 2011), ("Asia/Pyongyang", 2017),
    ])
    func slotsAreThoseOfAWalk(_ zone: String, _ year: Int) throws {
        let rules = try TimeZoneRules.load(named: zone)
        let walk = MinuteWalk(rules, year: year, years: 2)
        var random = SeededRandom(seed: UInt64(year) &* 1000 &+ UInt64(zone.utf8.count))
        for _ in 0..<Self.count {
            let wanted = RandomExpression(using: &random)
            let expression: CronExpression
            do throws(CronError) {
                expression = try CronExpression(wanted.text)
            } catch {
                #expect(error.kind == .neverFires && walk.slots(wanted).isEmpty, "\(wanted.text)")
                continue
            }
            #expect(expression.isFixedTime == wanted.isFixedTime)
            compare(CronSchedule(expression, rules), walk, walk.slots(wanted), using: &random)
        }
    }

    /// All slots of schedules that are not dense, and those around changes of clocks; then some from anywhere.
    private func compare(
        _ schedule: CronSchedule, _ walk: MinuteWalk, _ slots: [CronSlot], using random: inout SeededRandom
    ) {
        let end = (walk.start + Int64(walk.local.count)) * 60
        if slots.count < 10_000 {
            expect(schedule, walk.start * 60 - 1, end, slots[...])
        } else {
            for jump in walk.jumps {
                expect(schedule, jump * 60 - 86_400, min(jump * 60 + 86_400, end), slots[...])
            }
        }
        for _ in 0..<20 {
            let from = Int64.random(in: walk.start * 60 - 1..<end - 60, using: &random)
            let index = Self.index(after: from, in: slots)
            let found = schedule.next(after: from)
            #expect(found.map { $0.instant > from } != false)
            if index < slots.count {
                #expect(found == slots[index], "\(schedule.expression) \(schedule.rules.name) from \(from)")
            } else {
                #expect(found.map { $0.instant >= end } != false, "\(schedule.expression) \(schedule.rules.name)")
            }
        }
    }

    private func expect(_ schedule: CronSchedule, _ from: Int64, _ until: Int64, _ slots: ArraySlice<CronSlot>) {
        var index = Self.index(after: from, in: Array(slots))
        for found in schedule.slots(after: from) {
            let wanted = index < slots.count ? slots[index] : nil
            guard found.instant < until else {
                #expect(wanted.map { $0.instant >= until } != false, "\(schedule.expression) \(schedule.rules.name)")
                return
            }
            guard found == wanted else {
                let told = wanted.map(DaylightSavingTests.text) ?? "nothing"
                Issue.record(
                    "\(schedule.expression) \(schedule.rules.name): \(DaylightSavingTests.text(found)), not \(told)")
                return
            }
            index += 1
        }
        #expect(index == slots.count)
    }

    private static func index(after instant: Int64, in slots: [CronSlot]) -> Int {
        var (low, high) = (0, slots.count)
        while low < high {
            let middle = (low + high) / 2
            if slots[middle].instant <= instant { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
