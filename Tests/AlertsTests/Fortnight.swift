import DebVisorCore
import Glibc
import TestSupport
import Trends

@testable import Alerts

/// Two weeks of ten guests on a host with a pool, a look every quarter of an hour, and twelve faults.
struct Fortnight {
    struct Fault: Sendable, CustomStringConvertible {
        var name: String
        /// What is to be told, and of whom.
        var rules: [String]
        var object: String
        /// Hours after the start, as of the first sample.
        var hours: Range<Double>
        var description: String { name }
    }

    static let faults = [
        Fault(name: "a busy loop", rules: ["cpu-high"], object: "g1", hours: 30..<36),
        Fault(name: "a leak", rules: ["memory-high"], object: "g2", hours: 50..<62),
        Fault(name: "a slow disk", rules: ["latency"], object: "g3", hours: 75..<79),
        Fault(name: "a guest that hangs", rules: ["guest-silent"], object: "g4", hours: 98..<106),
        Fault(name: "logs that are not rotated", rules: ["pool-fills"], object: "default", hours: 108..<204),
        Fault(name: "a broken cable", rules: ["net-errors"], object: "g6", hours: 207..<210),
        Fault(name: "a runaway job", rules: ["writes-unusual"], object: "g7", hours: 214..<219),
        Fault(name: "an odd load", rules: ["odd"], object: "g8", hours: 222..<222.25),
        Fault(name: "a host that is down", rules: ["host-down"], object: "h1", hours: 234..<237),
        Fault(name: "a full pool", rules: ["pool-full"], object: "default", hours: 250..<253),
        Fault(name: "a service that restarts", rules: ["service-down"], object: "g0", hours: 270..<273),
        Fault(name: "thrashing", rules: ["swapping"], object: "g9", hours: 300..<306),
    ]

    static let stepMinutes = 15.0
    static let steps = 14 * 96

    static let rules = [
        AlertRule(
            "cpu-high", metric: "cpu", .above(90, clear: 70), forSeconds: 1800, keepSeconds: 1800, noDataSeconds: 3600),
        AlertRule("memory-high", metric: "memory", .above(95, clear: 90), forSeconds: 1800, noDataSeconds: 3600),
        AlertRule("latency", metric: "latency", .above(50, clear: 20), forSeconds: 1800, noDataSeconds: 3600),
        AlertRule("guest-silent", metric: "cpu", .absence(seconds: 3600), severity: .critical),
        AlertRule(
            // Guests take a while to speak again.
            "host-down", metric: "up", .absence(seconds: 1800), keepSeconds: 1800, severity: .critical,
            hidesDependents: true),
        AlertRule("pool-fills", metric: "pool", .forecast(reaches: 100, within: 3 * 86_400), noDataSeconds: 7200),
        AlertRule(
            "pool-full", metric: "pool", .above(98, clear: 95), noDataSeconds: 3600, severity: .critical,
            hidesDependents: true),
        AlertRule("volume-errors", metric: "errors", .rate(.above, 1, over: 900), noDataSeconds: 3600),
        AlertRule("net-errors", metric: "net", .rate(.above, 5, over: 900), forSeconds: 900, noDataSeconds: 3600),
        AlertRule("writes-unusual", metric: "writes", .baseline(percentile: 99), forSeconds: 1800, noDataSeconds: 3600),
        AlertRule("odd", metric: "cpu", .anomaly(score: 0.65), noDataSeconds: 3600),
        AlertRule("service-down", metric: "health", .below(1), noDataSeconds: 3600),
        AlertRule("swapping", metric: "swap", .above(50, clear: 20), forSeconds: 900, noDataSeconds: 3600),
    ]

    static func topology() throws -> Topology {
        var parents = ["pool:default": ["host:h1"]]
        for guest in 0..<10 {
            parents["vm:g\(guest)"] = ["host:h1"]
            parents["vol:g\(guest)"] = ["pool:default"]
        }
        return try Topology(parents)
    }

    private var random = SeededRandom(seed: 2026)
    private var lastSeen = [Timestamp](repeating: AlertFixture.start, count: 10)
    private var hostSeen = AlertFixture.start
    /// Of the last week; that before the fortnight had nothing special.
    private var pool = (-7 * 96..<0).map { step in
        let hour = Double(step) / 4 + 7 * 24
        return TrendSample(
            AlertFixture.at(Double(step) * stepMinutes), 40 + 20 * (hour / 24).truncatingRemainder(dividingBy: 1))
    }
    private var secondsToFull = Double.infinity

    private static func isIn(_ fault: Int, _ hour: Double) -> Bool { faults[fault].hours.contains(hour) }

    /// What the rules find at a step.
    mutating func observations(_ step: Int) throws -> [Observation] {
        let minute = Double(step) * Self.stepMinutes
        let (hour, now) = (minute / 60, AlertFixture.at(minute))
        var seen: [Observation] = []
        if !Self.isIn(8, hour) {
            hostSeen = now
            seen += try poolAndVolumes(hour, now)
            for guest in 0..<10 where !(guest == 4 && Self.isIn(3, hour)) && Int.random(in: 0..<60, using: &random) > 0
            {
                lastSeen[guest] = now
                seen += self.guest(guest, hour, now)
            }
            seen.append(finding(hour, now))
        }
        let host = AlertSeries(id: "up-h1", metric: "up", text: "up of h1", object: "host:h1", host: "h1")
        seen.append(.absence(rule: "host-down", series: host, lastSample: hostSeen, now: now))
        for guest in 0..<10 {
            seen.append(
                .absence(rule: "guest-silent", series: Self.series("cpu", guest), lastSample: lastSeen[guest], now: now)
            )
        }
        return seen
    }

    private static func series(_ metric: String, _ guest: Int, _ kind: String = "vm") -> AlertSeries {
        AlertSeries(
            id: "\(metric)-g\(guest)", metric: metric, tags: ["guest": "g\(guest)"], text: "\(metric) of g\(guest)",
            object: "\(kind):g\(guest)", host: "h1")
    }

    private mutating func noise(_ spread: Double) -> Double { spread * Self.normal(using: &random) }

    private static func normal(using random: inout SeededRandom) -> Double {
        let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &random))).squareRoot()
        return radius * cos(2 * Double.pi * Double.random(in: 0..<1, using: &random))
    }

    private mutating func guest(_ guest: Int, _ hour: Double, _ now: Timestamp) -> [Observation] {
        func of(_ fault: Int) -> Bool { Self.faults[fault].object == "g\(guest)" && Self.isIn(fault, hour) }
        let isSpike = Int.random(in: 0..<150, using: &random) == 0
        let daily = sin(hour / 24 * 2 * Double.pi)
        let cpu = of(0) ? 97 + noise(1) : isSpike ? 98 : min(88, 35 + 15 * daily + noise(5))
        let memory = of(1) ? min(99, 70 + 5 * (hour - Self.faults[1].hours.lowerBound)) : 60 + noise(3)
        let latency = of(2) ? 120 + noise(10) : exp(1.5 + noise(0.4))
        let writes = of(6) ? 400 + noise(20) : 20 + 5 * daily + abs(noise(4))
        let net = of(5) ? 40 + noise(3) : max(0, noise(1))
        // Up and down at each look.
        let health = of(10) && Int(hour * 4) % 2 == 0 ? 0.0 : 1
        let swap = of(11) ? 60 + 6 * (hour - Self.faults[11].hours.lowerBound) : abs(noise(3))
        func see(_ rule: String, _ metric: String, _ value: Double) -> Observation {
            Observation(rule: rule, series: Self.series(metric, guest), value: value, time: now)
        }
        var unusual = see("writes-unusual", "writes", writes)
        unusual.threshold = 45
        unusual.message = "g\(guest) wrote \(Int(writes)) MiB/s; usual is 15–45"
        var swapping = see("swapping", "swap", swap)
        swapping.severity = swap > 80 ? .critical : .warning
        return [
            see("cpu-high", "cpu", cpu), see("memory-high", "memory", memory), see("latency", "latency", latency),
            see("net-errors", "net", net), see("service-down", "health", health), unusual, swapping,
        ]
    }

    /// The score of g8's load, as a detector would give it: in one row, and a twentieth of it in all others.
    private mutating func finding(_ hour: Double, _ now: Timestamp) -> Observation {
        let score = Self.isIn(7, hour) ? 0.81 : abs(noise(0.01))
        return Observation(
            rule: "odd", series: Self.series("cpu", 8), value: score, time: now,
            message: "cpu of g8 is 61 %; usual for this hour is 20–45, 1 in 40,000 rows")
    }

    private mutating func poolAndVolumes(_ hour: Double, _ now: Timestamp) throws -> [Observation] {
        let (growth, full) = (Self.faults[4].hours, Self.faults[9].hours)
        let level =
            if full.contains(hour) { 99.0 } else if growth.contains(hour) {
                40 + 12 * (hour - growth.lowerBound) / 24
            } else { 40 + 20 * (hour / 24).truncatingRemainder(dividingBy: 1) }
        pool.append(TrendSample(now, level + noise(0.3)))
        pool = pool.suffix(7 * 96)
        if Int(hour * 4) % 4 == 0 {
            let trend = try Trend(of: pool, limits: TrendLimits(least: 0, most: 100))
            let likely = trend.forecast(reaching: 100, now: now).likely
            secondsToFull = likely.map { Double($0.milliseconds - now.milliseconds) / 1000 } ?? .infinity
        }
        let series = AlertSeries(
            id: "pool-default", metric: "pool", tags: ["pool": "default"], text: "pool default", object: "pool:default",
            host: "h1")
        var seen = [
            Observation(
                rule: "pool-fills", series: series, value: secondsToFull, time: now, shown: level,
                message: "pool default is \(Int(level)) % full, and is full in \(secondsToFull / 3600) h"),
            Observation(rule: "pool-full", series: series, value: level, time: now),
        ]
        for guest in 0..<10 {
            seen.append(
                Observation(
                    rule: "volume-errors", series: Self.series("errors", guest, "vol"),
                    value: full.contains(hour) ? 30 : 0, time: now))
        }
        return seen
    }
}
