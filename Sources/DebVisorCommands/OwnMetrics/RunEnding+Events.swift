import DebVisorCore
import Metrics
import Schedules

extension RunEnding {
    /// What the end of a run says in debvisor's own metrics.
    var events: [MetricEvent] {
        let tags = OwnTags([("job", job.text)])
        var events = [
            MetricEvent(ReadyMetrics.jobRuns, tags.with("status", status.rawValue), .count(1), at: endedAt)
        ]
        if status.isBad { events.append(MetricEvent(ReadyMetrics.jobFailed, tags.set, .set(1), at: endedAt)) }
        if status == .completed {
            events.append(MetricEvent(ReadyMetrics.jobFailed, tags.set, .set(0), at: endedAt))
            events.append(MetricEvent(ReadyMetrics.jobSuccess, tags.set, .set(endedAt.fullSeconds), at: endedAt))
        }
        if status.isOutcome, let startedAt {
            let seconds = max(0, endedAt.fullSeconds - startedAt.fullSeconds)
            events.append(MetricEvent(ReadyMetrics.jobDuration, tags.set, .observe(seconds), at: endedAt))
        }
        return events
    }
}

extension Timestamp {
    /// Seconds since 1970, with their fraction.
    var fullSeconds: Double { Double(milliseconds) / 1000 }
}

/// The labels of an own metric. Names of objects are shorter than a value may be; a path that is not is cut.
struct OwnTags {
    let set: TagSet
    private let pairs: [(name: String, value: String)]

    init(_ pairs: [(String, String)]) {
        self.pairs = pairs.map { ($0.0, Self.cut($0.1)) }
        set = (try? TagSet(self.pairs)) ?? .none
    }

    func with(_ name: String, _ value: String) -> TagSet {
        OwnTags(pairs.map { ($0.name, $0.value) } + [(name, value)]).set
    }

    /// The end says more than the beginning.
    private static func cut(_ text: String) -> String {
        guard text.utf8.count > 1024 else { return text }
        return "…" + text.suffix(250)
    }
}
