import CommandKit
import DebVisorCore
import Metrics

/// `debvisor metric retention show`
struct MetricRetentionShow: ReadingCommand {
    static let info = CommandInfo(
        "show", "Show how long samples and roll-ups are kept",
        examples: [Example("debvisor metric retention show", "the limits in force", prints: "size_bytes")],
        statuses: .ofAStore, prints: MetricRetentionRecord.self)

    func run(_ args: Parsed<NoInputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let store = try context.existingMetricStore()
        return .one(MetricRetentionRecord(try store?.retention() ?? MetricRetention(), store))
    }
}

/// How long samples and roll-ups are kept, and how much there is.
struct MetricRetentionRecord: Sendable {
    var retention: MetricRetention
    var usedBytes: Int64?
    var lastApplied: Timestamp?

    init(_ retention: MetricRetention, _ store: MetricStore?) {
        self.retention = retention
        // Only shown beside the limits: not worth an error.
        usedBytes = try? store?.used()
        lastApplied = try? store?.lastRetention()
    }
}

extension MetricRetentionRecord: Record {
    static var fields: [Field<MetricRetentionRecord>] {
        [
            .seconds("samples_age_seconds", "Of samples; unknown for ever") { seconds($0.retention.sampleDays) },
            .seconds("ten_minutes_age_seconds", "Of roll-ups of ten minutes; unknown for ever") {
                seconds($0.retention.tenMinuteDays)
            },
            .seconds("hours_age_seconds", "Of roll-ups of an hour; unknown for ever") {
                seconds($0.retention.hourDays)
            },
            .bytes("size_bytes", "Of all together; unknown without a limit") { $0.retention.bytes },
            .bytes("used_bytes", "What there is; unknown without a store") { $0.usedBytes },
            .timestamp("applied_at", "When the limits were last applied; unknown if never") {
                $0.lastApplied?.milliseconds
            },
        ]
    }

    private static func seconds(_ days: Int?) -> Double? { days.map { Double($0) * 86_400 } }
}
