import Alerts
import DebVisorCore
import Foundation
import Platform
import Storage

/// What a test or a benchmark wants the store to have seen, through the library as rules do it.
///
/// A line of standard input each, with tabs: `rule metric severity value host tags message`, tags as `a=1,b=2`. A rule
/// that is not there fires at once above 90, of `anomaly…` for scores above 0.65. All is seen now.
struct GivenObservations {
    private let store: AlertStore
    private let now: Timestamp

    init(_ state: StateDirectory, now: Timestamp) throws {
        store = AlertStore(try Store.open(AlertStore.store, in: state))
        self.now = now
    }

    func run() throws {
        var observations: [Observation] = []
        var known = Set(try store.rules().map(\.name))
        while let line = readLine() {
            let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard words.count == 7, let severity = AlertSeverity(rawValue: words[2]), let value = Double(words[3])
            else {
                throw Fault(.usage, "a line is rule, metric, severity, value, host, tags, message")
            }
            if known.insert(words[0]).inserted {
                let condition: AlertCondition =
                    words[0].hasPrefix("anomaly") ? .anomaly(score: 0.65) : .above(90, clear: 80)
                try store.add(AlertRule(words[0], metric: words[1], condition, severity: severity), at: now)
            }
            observations.append(observation(words, severity, value))
        }
        try store.evaluate(observations, at: now)
    }

    private func observation(_ words: [String], _ severity: AlertSeverity, _ value: Double) -> Observation {
        let pairs = words[5].split(separator: ",").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        let tags = Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { $1 }
        let text = tags.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ",")
        let series = AlertSeries(
            id: "\(words[1]){\(text)}", metric: words[1], tags: tags, text: "\(words[1]){\(text)}",
            host: words[4].isEmpty ? nil : words[4])
        return Observation(
            rule: words[0], series: series, value: value, time: now, severity: severity,
            message: words[6].isEmpty ? nil : words[6])
    }
}
