import DebVisorCore
import Schedules

/// How long it takes to find so many times at which an expression is due: EXPRESSION ZONE FROM COUNT.
struct NextTimes {
    private let schedule: CronSchedule
    private let from: Int64
    private let count: Int

    init(_ words: [String]) throws {
        guard words.count == 4, let from = Timestamp(rfc3339: words[2]), let count = Int(words[3]) else {
            throw Fault(.usage, "next EXPRESSION ZONE FROM COUNT")
        }
        schedule = CronSchedule(try CronExpression(words[0]), try TimeZoneRules.load(named: words[1]))
        (self.from, self.count) = (from.seconds, count)
    }

    /// Seconds that it takes to read an expression and to find its first time, or that there is none: EXPRESSION ZONE FROM.
    /// The zone's data were read before.
    static func query(_ words: [String]) throws -> Double {
        guard words.count == 3, let from = Timestamp(rfc3339: words[2]) else {
            throw Fault(.usage, "query EXPRESSION ZONE FROM")
        }
        let zone = try TimeZoneRules.load(named: words[1])
        let taken = ContinuousClock().measure {
            // One that never fires is refused when it is read.
            guard let expression = try? CronExpression(words[0]) else { return }
            for _ in CronSchedule(expression, zone).slots(after: from.seconds).prefix(1) {}
        }
        return taken / .seconds(1)
    }

    func seconds() throws -> Double {
        var found = 0
        let taken = ContinuousClock().measure {
            for _ in schedule.slots(after: from).prefix(count) { found += 1 }
        }
        guard found == count else { throw Fault(.failed, "only \(found) times were found") }
        return taken / .seconds(1)
    }
}
