import DebVisorCore

/// What is known beforehand of the series that a rule looks at.
package struct RuleSurroundings: Sendable, Hashable {
    /// The values that they can have.
    package var least: Double?
    package var most: Double?
    /// How long samples are kept.
    package var retentionSeconds: Int?
    /// How far apart they come.
    package var stepSeconds: Int?

    package init(
        least: Double? = nil, most: Double? = nil, retentionSeconds: Int? = nil, stepSeconds: Int? = nil
    ) {
        (self.least, self.most) = (least, most)
        (self.retentionSeconds, self.stepSeconds) = (retentionSeconds, stepSeconds)
    }
}

extension AlertRule {
    /// Refuses a rule that can never fire, or never resolve.
    /// - Throws: `usage`, with what to change.
    package func check(_ surroundings: RuleSurroundings = RuleSurroundings()) throws {
        try Self.check(name: name)
        guard !metric.isEmpty else { throw Fault(.usage, "rule '\(name)' names no metric") }
        try checkLevels()
        try checkTimes(surroundings)
        if condition.kind == .threshold || condition.kind == .forecast { try checkLimits(surroundings) }
    }

    private static func check(name: String) throws {
        let isPlain = name.utf8.allSatisfy { Words.isPlain($0, and: "._-") }
        guard isPlain, let first = name.utf8.first, name.utf8.count <= 64, ![45, 46].contains(first) else {
            throw Fault(
                .usage, "'\(name)' cannot be the name of a rule",
                hint: "a name has letters, digits, '.', '_' and '-', at most 64, and begins with none of '.' and '-'")
        }
    }

    private func checkLevels() throws {
        let level = condition.level
        guard level.isFinite else { throw never("its level is no number", "give a number") }
        if let clear = condition.clear {
            guard clear.isFinite else { throw never("the level where it clears is no number", "give a number") }
            guard condition.side == .above ? clear <= level : clear >= level else {
                throw Fault(
                    .usage,
                    "rule '\(name)' would clear at \(clear) before it fires at \(level)",
                    hint:
                        "it clears \(condition.side == .above ? "below" : "above") the level where it fires, or there"
                )
            }
        }
        switch condition.kind {
        case .anomaly where !(0..<1).contains(level): throw never("scores lie between 0 and 1", "0.65 is a warning")
        case .baseline where !(1...99).contains(level): throw never("percentiles are 1 to 99", "99 is usual")
        case .absence where level <= 0: throw never("no time is no absence", "give the longest pause that is usual")
        case .rate where (condition.seconds ?? 0) <= 0:
            throw never("a rate is over some time", "five minutes are usual")
        case .forecast where (condition.seconds ?? 0) <= 0: throw never("no time is no forecast", "a week is usual")
        default: break
        }
    }

    private func checkTimes(_ surroundings: RuleSurroundings) throws {
        guard forSeconds >= 0, keepSeconds >= 0, noDataSeconds > 0 else {
            throw Fault(.usage, "rule '\(name)' has a time below zero", hint: "times are counted forwards")
        }
        if let kept = surroundings.retentionSeconds {
            let needed = max(forSeconds, condition.kind == .rate ? condition.seconds ?? 0 : 0)
            if needed > kept {
                throw never(
                    "it needs \(needed) s of samples, and they are kept for \(kept) s",
                    "keep them longer, or ask for less")
            }
        }
        guard let step = surroundings.stepSeconds, condition.kind != .absence, condition.kind != .forecast else {
            return
        }
        if noDataSeconds < step {
            throw Fault(
                .usage, "rule '\(name)' would miss data between one sample and the next",
                hint: "samples come every \(step) s; allow more than that without")
        }
    }

    private func checkLimits(_ surroundings: RuleSurroundings) throws {
        let isFar =
            condition.side == .above
            ? surroundings.most.map { condition.kind == .threshold ? condition.level >= $0 : condition.level > $0 }
            : surroundings.least.map { condition.kind == .threshold ? condition.level <= $0 : condition.level < $0 }
        guard isFar == true else { return }
        let limit = (condition.side == .above ? surroundings.most : surroundings.least) ?? 0
        throw never("\(metric) is never \(condition.side) \(limit)", "choose a level within its limits")
    }

    private func never(_ why: String, _ hint: String) -> Fault {
        Fault(.usage, "rule '\(name)' could never fire: \(why)", hint: hint)
    }
}
