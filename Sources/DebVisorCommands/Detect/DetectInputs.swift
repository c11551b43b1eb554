import Anomalies
import CommandKit
import DebVisorCore
import Metrics
import Schedules
import Storage

/// Which series a command of the detector is about.
struct SeriesInputs: InputSet {
    let name = Argument(optional: "NAME", .object(ObjectKind.metric), help: "Only series of this metric")
    let tags = TagOptions()
}

extension AppContext {
    /// An instant that a person gave, by the clock of this host.
    func instant(of given: GivenTime?) throws -> Timestamp? {
        guard let given else { return nil }
        return given.timestamp(now: clock.now(), in: try ScheduleZones().rules(of: hostTimeZone))
    }

    /// The store of findings and baselines, made if need be.
    func anomalyStore() throws -> AnomalyStore { AnomalyStore(try Store.open(AnomalyStore.store, in: stateDirectory)) }

    /// The same for a listing; nil if there is none yet.
    func existingAnomalyStore() throws -> AnomalyStore? {
        try Store.openExisting(AnomalyStore.store, in: stateDirectory).map { AnomalyStore($0) }
    }

    /// What to say of a name that nothing was found for: nil if there are series of it.
    func remark(onNothingOf name: String, _ what: String) throws -> String? {
        let names = try existingMetricStore()?.names() ?? []
        guard !names.contains(name) else { return nil }
        let near = Suggestion.closest(to: name, among: names).map { "; did you mean '\($0)'?" }
        return "there is \(what) of '\(name)'\(near ?? "")"
    }
}

extension AnomalyStore {
    /// For a look into a store that is not there.
    static func noFinding(_ id: String) -> Fault {
        Fault(.notFound, "there is no finding '\(id)'", hint: "look for some with: debvisor detect run")
    }
}

/// A threshold: an anomaly score, or the level that begins with it.
struct AnomalyThreshold: Sendable, Equatable {
    var score: Double
}

extension ValueType where Value == AnomalyThreshold {
    /// `0.65`, or `info`, `warning`, `critical`.
    static var threshold: ValueType {
        let words = Severity.allCases.map(\.rawValue)
        return ValueType(
            placeholder: "SCORE", completion: .choices(words), text: { "\($0.score)" }
        ) { text throws(ValueError) in
            if let level = Severity(rawValue: text) { return AnomalyThreshold(score: level.score) }
            let range = SeriesReplay.leastThreshold...1
            guard let score = try? ValueType<Double>.double(in: range).parse(text) else {
                throw ValueError(
                    "must be a score from \(range.lowerBound) to 1, or one of \(words.joined(separator: ", "))")
            }
            return AnomalyThreshold(score: score)
        }
    }
}
