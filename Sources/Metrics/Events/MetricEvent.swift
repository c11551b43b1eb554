package import DebVisorCore

/// Something that happened once, and what it does to a defined metric.
package struct MetricEvent: Sendable {
    package enum Change: Sendable, Hashable {
        /// A counter grows by so much.
        case count(Double)
        /// A gauge is this now.
        case set(Double)
        /// A histogram or a summary counts this value.
        case observe(Double)
    }

    package var definition: MetricDefinition
    package var tags: TagSet
    package var change: Change
    package var time: Timestamp

    package init(_ definition: MetricDefinition, _ tags: TagSet, _ change: Change, at time: Timestamp) {
        (self.definition, self.tags, self.change, self.time) = (definition, tags, change, time)
    }
}

/// The events of one entry of a source that numbers its entries, each number once, ascending.
package struct NumberedEvents: Sendable {
    package var number: Int64
    package var events: [MetricEvent]

    package init(_ number: Int64, _ events: [MetricEvent]) { (self.number, self.events) = (number, events) }
}
