package import CommandKit
import DebVisorCore
import Metrics

/// What one round of `metric collect` recorded.
package struct Collection: Sendable {
    var time: Timestamp
    /// Nil if they were not asked for or could not be had.
    var machines: Int?
    var pools: Int?
    var outcome: RoundOutcome
    var changes: RunChanges
    /// What failed: `vm web1`.
    var failed: [String]
}

extension Collection: Record {
    package static var fields: [Field<Collection>] {
        [
            .timestamp("collected_at", "When: the time of every sample") { $0.time.milliseconds },
            .int("machines", "Machines that were seen, running or not") { $0.machines },
            .int("pools", "Storage pools that were seen") { $0.pools },
            .int("series", "Series that have a value of this round") { $0.outcome.series },
            .int("samples", "Samples that were recorded: values and ends of series") { $0.outcome.samples },
            .int("new_series", "Series that were not there before") { $0.outcome.new.count },
            .int("ended_series", "Series that ended: their machine is off or gone, or their device") {
                $0.outcome.ended.count
            },
            .strings("restarted", "Machines whose counters began at zero since the round before") {
                $0.changes.restarted
            },
            .strings("without_guest_memory", "Running machines whose guests tell nothing of their memory") {
                $0.changes.withoutMemory
            },
            .strings("failed", "What could not be had, or only in part") { $0.failed },
        ]
    }
}
