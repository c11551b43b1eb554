import DebVisorCore

/// Which seasons a series has: profiles of the day and the week, each tried on rows later than those it was learned from.
struct BaselineSeasons {
    private(set) var profiles: [SeasonalProfile] = []
    private(set) var chosen: SeasonalProfile.Period?
    private(set) var lacks: [String] = []

    init(_ extent: TimeExtent, _ scan: ((BaselineSample) -> Void) throws -> Void) throws {
        let periods = SeasonalProfile.Period.allCases.filter { extent.days >= Double($0.daysWanted) * 0.999 }
        for period in SeasonalProfile.Period.allCases where !periods.contains(period) {
            lacks.append("\(Int(extent.days)) of \(period.daysWanted) days for a profile of the \(period)")
        }
        guard !periods.isEmpty else { return }
        let border = extent.since.milliseconds + Int64(Double(extent.milliseconds) * SeasonTrial.learnedShare)
        var early = periods.map(SeasonalSketch.init)
        var all = early
        try scan { sample in
            guard sample.value.isFinite else { return }
            for index in all.indices {
                all[index].add(sample)
                if sample.time.milliseconds < border { early[index].add(sample) }
            }
        }
        var trials = early.indices.map { SeasonTrial(early[$0].profile()) }
        try scan { sample in
            guard sample.value.isFinite, sample.time.milliseconds >= border else { return }
            for index in trials.indices { trials[index].add(sample) }
        }
        profiles = all.indices.map { all[$0].profile() }
        var left = 1.0
        for index in trials.indices {
            let remainder = trials[index].remainder()
            guard remainder <= left * (1 - SeasonTrial.leastGain) else { continue }
            chosen = periods[index]
            left = remainder
        }
    }
}
