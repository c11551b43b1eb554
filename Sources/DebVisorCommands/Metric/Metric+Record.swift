import CommandKit
import DebVisorCore
import Metrics

/// What tells a series from others, as records have it.
struct SeriesIdentity: Sendable {
    /// Nil for a histogram, which is several series.
    var id: String?
    var name: String
    var type: MetricType
    var tags: [String: String]

    init(_ series: MetricSeries) { self.init(series.key, series.family.type, id: series.id.description) }

    init(_ key: SeriesKey, _ type: MetricType, id: String?) {
        (self.id, name, self.type) = (id, key.name.text, type)
        tags = Dictionary(key.tags.tags.map { ($0.name, $0.value) }) { $1 }
    }
}

/// What a value is that is no finite number: JSON has no word for it, so the value is unknown there and this says why.
enum SpecialValue: String, Sendable, CaseIterable {
    case notANumber = "NaN"
    case infinity = "+Inf"
    case negativeInfinity = "-Inf"
    /// The series ended there: the machine was shut off or moved away.
    case end

    init?(_ value: Double) {
        if value.isFinite { return nil }
        if Sample(Timestamp(milliseconds: 0), value).isEndOfSeries {
            self = .end
        } else {
            self = value.isNaN ? .notANumber : value > 0 ? .infinity : .negativeInfinity
        }
    }
}

/// One value of a series at one instant, or of one step.
struct MetricRecord: Sendable {
    var label: SeriesIdentity
    var sample: Sample
}

extension MetricRecord: Record {
    // Made once: there may be millions of these.
    static let fields: [Field<MetricRecord>] = [
        .string("id", "The series: a hash of name and tags, the same on every host", column: .none) { $0.label.id },
        .string("name", "Name of the metric") { $0.label.name },
        .map("tags", "What tells this series from others of that name") { $0.label.tags },
        .choice("type", "What the numbers mean", column: .none) { $0.label.type },
        .string("timestamp", "When, RFC 3339; of a step its beginning") { $0.sample.time.shortest },
        .double("value", "The value; unknown if it is no finite number") { $0.sample.value },
        .choice("special", "What a value is that is no finite number", column: .none) {
            SpecialValue($0.sample.value)
        },
    ]
}

/// A series and what there is of it.
struct SeriesRecord: Sendable {
    var state: SeriesState
}

extension SeriesRecord: Record {
    static var fields: [Field<SeriesRecord>] {
        [
            .string("id", "A hash of name and tags, the same on every host", column: .none) {
                $0.state.series.id.description
            },
            .string("name", "Name of the metric") { $0.state.series.key.name.text },
            .map("tags", "What tells it from others of that name") { SeriesIdentity($0.state.series).tags },
            .choice("type", "What the numbers mean") { $0.state.series.family.type },
            .string("unit", "The unit, if somebody said it", column: .none) { known($0.state.series.family.unit) },
            .string("description", "What is measured, if somebody said it", column: .none) {
                known($0.state.series.family.help)
            },
            .int("samples", "How many samples are kept") { $0.state.samples },
            .int("roll_ups", "How many roll-ups stand for older ones", column: .none) { $0.state.rollUps },
            .timestamp("first_at", "The oldest sample or roll-up", column: .none) { $0.state.first?.milliseconds },
            .timestamp("timestamp", "The newest sample; unknown if all are rolled up") {
                $0.state.latest?.time.milliseconds
            },
            .double("value", "The newest value; unknown if it is no finite number") { $0.state.latest?.value },
            .choice("special", "What the newest value is if it is no finite number", column: .none) {
                $0.state.latest.flatMap { SpecialValue($0.value) }
            },
            .double("min", "The least value that there can be, if it is known", column: .none) {
                $0.state.series.limits.least
            },
            .double("max", "The largest value that there can be", column: .none) { $0.state.series.limits.most },
        ]
    }

    private static func known(_ text: String) -> String? { text.isEmpty ? nil : text }
}

extension Timestamp {
    /// RFC 3339 in UTC; with milliseconds only where there are some.
    var shortest: String { milliseconds % 1000 == 0 ? description : exactDescription }
}
