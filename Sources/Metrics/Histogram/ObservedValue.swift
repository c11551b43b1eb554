package import DebVisorCore
import GRDB

/// One value that a histogram or a summary is to count.
package struct ObservedValue: Sendable {
    package var name: MetricName
    /// Without what the type adds.
    package var tags: TagSet
    package var value: Double
    package var time: Timestamp
    package var help = ""
    package var unit = ""

    package init(_ name: MetricName, _ tags: TagSet, _ value: Double, at time: Timestamp) {
        (self.name, self.tags, self.value, self.time) = (name, tags, value, time)
    }

    /// - Throws: `usage`.
    func check(_ type: MetricType) throws {
        try MetricStore.check(time)
        guard !value.isNaN, type == .histogram || value.isFinite else {
            throw Fault(
                .usage, "an observation is a number",
                hint: type == .histogram ? "NaN lies in no bucket" : "a summary takes finite numbers alone")
        }
        if let own = type.ownTag, tags[own] != nil {
            throw Fault(
                .usage, "the tag '\(own)' belongs to the series of a \(type.rawValue)", hint: "use another name")
        }
    }

    func request(_ suffix: String, _ tags: TagSet, _ type: MetricType) -> SeriesRequest {
        SeriesRequest(
            SeriesKey(MetricName(stored: name.text + suffix), tags), type, suffix: suffix, unit: unit, help: help)
    }
}

/// What is done with a value that is older than the newest of its series.
enum LateObservation {
    /// It is refused: each counts from its time on.
    case refused
    /// It counts from the time of the newest.
    case movedUp
}
