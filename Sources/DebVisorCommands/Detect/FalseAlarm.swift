import Anomalies
import DebVisorCore

/// What came of telling a false alarm.
struct FalseAlarmEffect: Sendable {
    /// In plain words, with numbers.
    let sentences: [String]
    /// False if all of it was told before.
    let changed: Bool
}

extension AppContext {
    /// Tells that what was found in a series was no reason to alarm: the evidence that spoke counts less there from now on.
    ///
    /// - Parameters:
    ///   - series: the id of a series, 16 hexadecimal digits.
    ///   - from: the time of the first finding at least.
    ///   - until: the time of the last finding at most.
    /// - Returns: nil if nothing was found in that series and time.
    func falseAlarm(
        series: String, from: Timestamp, until: Timestamp, by person: String, at time: Timestamp
    ) throws -> FalseAlarmEffect? {
        // A look without a store would make one.
        guard let id = UInt64(series, radix: 16), try existingAnomalyStore() != nil else { return nil }
        return try anomalyStore().tellFalse(id, from: from, until: until, by: person, at: time)
            .map(FalseAlarmEffect.init)
    }
}

extension FalseAlarmEffect {
    init(_ change: FalseAlarmChange) {
        changed = change.isNew
        guard change.isNew else {
            let told = change.known.map { "\($0.toldBy) at \($0.toldAt)" }.last ?? "somebody"
            sentences = ["it was told to be a false alarm before, by \(told): nothing changes", Self.score(change)]
            return
        }
        let ids = change.findings.map { "\($0.id)" }
        let undo =
            ids.count <= 8
            ? "take it back with: debvisor detect feedback delete \(ids.joined(separator: " "))"
            : "see it with: debvisor detect feedback list"
        sentences = Self.evidence(change) + [Self.score(change), Self.counts(change), undo]
    }

    /// One sentence for each way in which weights change, those that change most first.
    private static func evidence(_ change: FalseAlarmChange) -> [String] {
        let strongest = change.strongest.explanation.findings.map(\.name)
        let groups = Dictionary(grouping: change.evidence) { [$0.after, $0.before] }
        return groups.sorted { ($0.key[0], $1.key[1]) < ($1.key[0], $0.key[1]) }.map { weights, members in
            let all = members.map(\.name)
            let names = strongest.filter(all.contains) + all.filter { !strongest.contains($0) }
            let listed =
                names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
            let (after, before) = (Figures.text(weights[0]), Figures.text(weights[1]))
            let series = change.strongest.series.label.text
            guard weights[0] < weights[1] else {
                return "\(listed) spoke for it, and keeps its weight of \(before) for \(series)"
            }
            return
                "\(listed) spoke for it: weight \(after) instead of \(before) for \(series) from now on, so it takes "
                + "\(Figures.text(weights[1] / weights[0])) times as rare a value to say the same"
        }
    }

    /// What the strongest finding was, and would be.
    private static func score(_ change: FalseAlarmChange) -> String {
        let finding = change.strongest
        let value = Figures.text(finding.explanation.observed) + (finding.series.isCounter ? " a second" : "")
        let row = "the row of \(finding.time), \(value)"
        guard let score = finding.score(under: change.after) else {
            return "\(row), was found by an earlier version, which did not keep all of its evidence"
        }
        return "\(row), would score \(Self.level(score)) now; it scored \(Self.level(finding.score))"
    }

    private static func counts(_ change: FalseAlarmChange) -> String {
        let (all, gone, milder) = change.counts
        return
            "of the \(all) finding\(all == 1 ? "" : "s") of the last \(FalseAlarmChange.days) days, \(gone) would not "
            + "have been raised and \(milder) would have been less severe"
    }

    /// `0.71 (warning)`
    static func level(_ score: Double) -> String {
        "\((score * 1000).rounded() / 1000) (\(Severity(score: score)?.rawValue ?? "not raised"))"
    }
}
