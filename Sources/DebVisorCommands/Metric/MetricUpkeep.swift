import CommandKit
import DebVisorCore
import Metrics
import Platform
import Schedules
import Storage

extension MetricStore {
    /// For commands that wrote samples: applies the retention once a day. What fails then is no failure of the command.
    /// - Returns: a warning.
    func upkeep(at time: Timestamp) -> String? {
        do {
            try applyRetentionIfDue(at: time)
            return nil
        } catch {
            return "the retention was not applied: \(error)"
        }
    }
}

extension AppContext {
    /// Bytes of the store of samples; nil if there is none.
    var metricStoreSize: UInt64? { get throws { try stateDirectory.size(of: MetricStore.store.path) } }

    /// The store of samples; nil if there is none yet, which a dry run does not make.
    func writableMetricStore() throws -> MetricStore? { try metricStoreSize == nil ? nil : metricStore() }

    /// An instant that a person typed, by the clock of this host where no zone is said.
    func instant(_ given: GivenTime) throws -> Timestamp {
        let now = clock.now()
        // Zones are read only where one is needed.
        guard case .local = given else { return given.timestamp(now: now, in: .utc) }
        return given.timestamp(now: now, in: try ScheduleZones().rules(of: hostTimeZone))
    }

    /// - Throws: `usage` if they are the wrong way round.
    func timeRange(from: GivenTime?, to: GivenTime?) throws -> ClosedRange<Timestamp>? {
        guard from != nil || to != nil else { return nil }
        let first = try from.map(instant) ?? Timestamp(milliseconds: Sample.times.lowerBound)
        let last = try to.map(instant) ?? Timestamp(milliseconds: Sample.times.upperBound)
        guard first <= last else {
            throw Fault(.usage, "--from is later than --to", hint: "'24h' is so long ago, '+24h' so far ahead")
        }
        return first...last
    }
}
