import CommandKit
import DebVisorCore
import Metrics
import Platform

/// `debvisor metric compact`
struct MetricCompact: ChangingCommand {
    static let info = CommandInfo(
        "compact", "Apply the retention, and give back what the store does not need",
        discussion: """
            Brings all samples into full chunks and writes the file anew, for which the file system needs room for a second copy \
            meanwhile. The retention alone is applied once a day by every command that writes samples; compacting is worth it \
            after many series were deleted, or much was rolled up.
            """,
        examples: [Example("debvisor metric compact", "now and then", prints: "after_bytes")],
        statuses: .ofAStore, prints: UpkeepRecord.self)

    func plan(_ args: Parsed<NoInputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        guard let size = try context.metricStoreSize else {
            return .nothing(.one(UpkeepRecord(upkeep: MetricUpkeep())))
        }
        let step = Step("compact", "the store of samples", sizeBytes: size)
        return Plan([step]) { _ in
            let (store, now) = (try context.metricStore(), context.clock.now())
            let upkeep = try await Worker.run {
                let retention = try store.applyRetentionNow(at: now)
                var upkeep = try store.compact()
                (upkeep.rolledUp, upkeep.removed) = (retention.rolledUp, retention.removed)
                upkeep.before = max(upkeep.before, retention.before)
                return upkeep
            }
            return .one(UpkeepRecord(upkeep: upkeep))
        }
    }
}

/// What upkeep of the store did.
struct UpkeepRecord: Record {
    var upkeep: MetricUpkeep

    static var fields: [Field<UpkeepRecord>] {
        [
            .int("rolled_up", "Samples that became roll-ups, or went") { $0.upkeep.rolledUp },
            .int("removed", "Roll-ups that became larger ones, or went") { $0.upkeep.removed },
            .bytes("before_bytes", "The store before") { $0.upkeep.before },
            .bytes("after_bytes", "The store after") { $0.upkeep.after },
        ]
    }
}
