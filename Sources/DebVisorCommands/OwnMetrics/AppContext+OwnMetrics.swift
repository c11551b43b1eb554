import DebVisorCore
import Metrics
import Platform
import Schedules

extension AppContext {
    /// Notes what a command did in debvisor's own metrics. Whatever fails there is no failure of the command.
    /// - Returns: a warning.
    func record(_ events: [MetricEvent]) async -> String? {
        guard settings.keepsOwnMetrics else { return nil }
        do {
            return try await Worker.run {
                let store = try metricStore()
                let refused = try store.record(events)
                return refused.first.map(Self.warning) ?? store.upkeep(at: clock.now())
            }
        } catch {
            return Self.warning(error)
        }
    }

    /// Takes what ended in the scheduler into debvisor's own metrics, each run exactly once. Where nothing ended, the store of
    /// metrics is not even opened. Blocks.
    /// - Parameter kept: where the store of metrics stays open, for whoever does this often.
    /// - Returns: a warning.
    func takeIn(_ scheduler: ScheduleStore, keeping kept: KeptMetricStore? = nil) -> String? {
        do {
            var warning: String?
            var isFirst = true
            while let found = try scheduler.endings(), let last = found.endings.last {
                if settings.keepsOwnMetrics {
                    let store = try kept?.store(self) ?? metricStore()
                    let entries = found.endings.map { NumberedEvents($0.number, $0.events) }
                    let refused = try store.record(entries, from: Self.source(found.ledger), newest: found.newest)
                    if isFirst { warning = refused.first.map(Self.warning) ?? store.upkeep(at: clock.now()) }
                    isFirst = false
                }
                // A kill before this hands them out once more; the store of metrics knows that it has them.
                try scheduler.forgetEndings(upTo: last.number)
            }
            return warning
        } catch {
            return Self.warning(error)
        }
    }

    /// After another ledger, or an older state of one, was put in place: what ends from now on is news.
    /// - Returns: a warning.
    func skipEndings(of scheduler: ScheduleStore) -> String? {
        do {
            let last = try scheduler.lastEnding()
            try writableMetricStore()?.skip(to: last.number, of: Self.source(last.ledger))
            return nil
        } catch {
            return Self.warning(error)
        }
    }

    private static func source(_ ledger: String) -> String { "runs-" + ledger }

    private static func warning(_ error: any Error) -> String { "debvisor's own metrics were not written: \(error)" }
}
