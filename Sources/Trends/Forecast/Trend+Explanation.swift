import DebVisorCore

extension Trend {
    /// The result in sentences, the most important first.
    /// - Parameter text: a value as people read it, with its unit.
    package func explanation(_ text: (Double) -> String = TrendWords.number) -> [String] {
        var sentences = [story(text)]
        if let restart {
            let jump = "\(text(restart.before)) to \(text(restart.after))"
            sentences.append("only what came after \(restart.time) counts: the level jumped from \(jump) then")
        }
        if let season { sentences.append("a season of the \(season) was taken out") }
        if shape == .stairs { sentences.append("it moves in steps") }
        return sentences + lacks.map { "it lacks: \($0)" }
    }

    private func story(_ text: (Double) -> String) -> String {
        let span = TrendWords.duration(seconds: Double(until.milliseconds - since.milliseconds) / 1000)
        if let turn, direction == .stable {
            return
                "it comes to \(text(turn)) and jumps back, \(teeth + 1) times in \(span), and does not drift as a whole"
        }
        let sure = "confidence \(TrendWords.share(confidence))"
        guard direction != .stable else {
            guard count >= Self.samplesWanted else { return "too few samples to see a trend" }
            return "there is no trend over \(span) that exceeds the noise of \(text(noise)) (\(sure))"
        }
        let verb = direction == .increasing ? "rises" : "falls"
        let total = "\(text(abs(change))) over \(span), noise \(text(noise)), \(sure)"
        return "it \(verb) by \(text(abs(slopePerDay))) a day (\(total))"
    }
}

extension TrendForecast {
    /// The result in sentences, the most important first.
    /// - Parameter text: a value as people read it, with its unit.
    package func explanation(_ text: (Double) -> String = TrendWords.number) -> [String] {
        var sentences = [story(text)]
        if age > max(3_600_000, (trend.until.milliseconds - trend.since.milliseconds) / 10) {
            sentences.append("the last sample is \(TrendWords.duration(seconds: Double(age) / 1000)) old")
        }
        let seen = trend.until.milliseconds - trend.since.milliseconds
        if let likely, likely.milliseconds - trend.until.milliseconds > 5 * seen {
            sentences.append(
                "that is far ahead of the \(TrendWords.duration(seconds: Double(seen) / 1000)) that it rests on")
        }
        if outcome == .expected, let restart = trend.restart, abs(restart.before - trend.level) > 0,
            (side == .above) == (restart.before > restart.after)
        {
            sentences.append(
                "it was at \(text(restart.before)) before \(restart.time) and fell back; if that is usual, it may again"
            )
        }
        return sentences + trend.explanation(text)
    }

    private func story(_ text: (Double) -> String) -> String {
        let level = text(threshold)
        switch outcome {
        case .reached: return "it is at \(text(trend.latest)), \(side) \(level) already"
        case .recurring: return "it gets to \(level) and back again and again"
        case .impossible: return "it cannot get to \(level): that lies outside of its limits"
        case .notWithin:
            let early = earliest.map { "; at the earliest \($0)" } ?? ""
            return "it does not reach \(level) within \(horizonDays) d by what was measured\(early)"
        case .expected:
            let likely = likely.map(\.description) ?? ""
            let first = earliest.map { "at the earliest \($0)" } ?? ""
            let last = latest.map { "at the latest \($0)" } ?? "perhaps not within \(horizonDays) d"
            return "it reaches \(level) about \(likely), \(first), \(last)"
        }
    }
}
