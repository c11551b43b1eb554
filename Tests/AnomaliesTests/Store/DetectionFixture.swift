import DebVisorCore
import Foundation
import Platform
import Storage

@testable import Anomalies

/// A store of one test's own, and runs over series that are arrays.
final class DetectionFixture: Sendable {
    typealias Series = [(time: Int64, value: Double)]

    let state: StateDirectory
    let store: AnomalyStore

    init(mostFindings: Int64 = 100_000) throws {
        state = StateDirectory("/tmp/debvisor-anomalies-\(UInt64.random(in: .min ... .max))")
        store = AnomalyStore(try Store.open(AnomalyStore.store, in: state), mostFindings: mostFindings)
    }

    deinit { try? FileManager.default.removeItem(atPath: state.path) }

    static func watched(
        _ id: UInt64 = 1, isCounter: Bool = false, limits: KnownLimits? = nil, tags: [String: String] = [:]
    ) -> WatchedSeries {
        WatchedSeries(
            SeriesLabel(id: id, metric: "m\(id)", tags: tags, text: "m\(id){}"), isCounter: isCounter, limits: limits)
    }

    /// Long after all series of tests.
    static let now = Timestamp(milliseconds: 4_000_000_000_000)

    /// What a run would keep, of all samples that there are.
    func outcome(
        of series: WatchedSeries, _ samples: Series, recordFrom: Timestamp? = nil, anew isAnew: Bool = false,
        at now: Timestamp = now
    ) throws -> SeriesOutcome? {
        let progress = try store.progress(of: [series.label.id])[series.label.id]
        let pass = SeriesPass(
            series, progress, state: try store.state(of: series.label.id), recordFrom: recordFrom, anew: isAnew,
            at: now)
        let after = pass.readAfter?.milliseconds ?? .min
        for sample in samples where sample.time > after {
            try pass.take(Timestamp(milliseconds: sample.time), sample.value, isEnd: false)
        }
        return pass.finish(
            count: samples.count, first: Timestamp(milliseconds: samples.first?.time ?? 0))
    }

    @discardableResult
    func run(
        _ series: WatchedSeries, _ samples: Series, recordFrom: Timestamp? = nil, anew isAnew: Bool = false,
        at now: Timestamp = now
    ) throws -> (outcome: SeriesOutcome?, recorded: RecordedOutcomes) {
        let outcome = try outcome(of: series, samples, recordFrom: recordFrom, anew: isAnew, at: now)
        return (outcome, try store.record(outcome.map { [$0] } ?? [], at: now))
    }

    func findings() throws -> [Finding] {
        var query = FindingQuery()
        query.limit = 100_000
        return try store.findings(query).reversed()
    }

    /// Series with something to find, as samples; a counter's are their sums.
    static func samples(_ count: Int, seed: UInt64, isCounter: Bool = false) -> Series {
        var sum = 0.0
        var time: Int64 = 1_700_000_000_000
        return Restless.series(count, seed: seed).enumerated().map { row, one in
            time += row % 97 == 0 ? 3_600_000 : 60_000
            sum += abs(one.value) * 60
            return (time, isCounter ? sum : one.value)
        }
    }
}

extension Finding {
    /// What does not depend on when and by whom it was noted down.
    var essence: String { "\(series.label.id) \(time.milliseconds) \(score) \(surprise) \(explanation)" }
}
