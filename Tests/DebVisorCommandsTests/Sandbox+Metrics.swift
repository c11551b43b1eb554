import DebVisorCore
import Foundation
import Metrics
import Platform
import Storage

extension Sandbox {
    var metricStore: MetricStore {
        get throws { MetricStore(try Store.open(MetricStore.store, in: StateDirectory(path("state")))) }
    }

    /// Appends to a series.
    func feed(
        _ name: String, _ samples: [(Timestamp, Double)], tags: [String: String] = [:], type: MetricType = .gauge,
        limits: MetricLimits? = nil
    ) throws {
        let key = SeriesKey(try MetricName(name), try TagSet(tags.map { (name: $0.key, value: $0.value) }))
        let request = SeriesRequest(key, type, limits: limits)
        try metricStore.append(samples.map { NewSample(request, Metrics.Sample($0.0, $0.1)) })
    }

    /// `node_load1` of some hosts, a sample a minute in the 3,000 minutes before now: a wave with a spike on the first day and
    /// a larger one on the second.
    func feedLoad(hosts: [String]) throws {
        for host in hosts { try feed("node_load1", Self.load(0..<3000), tags: ["host": host]) }
    }

    /// Minutes of such a series; 3,000 is `today`.
    static func load(_ minutes: Range<Int>) -> [(Timestamp, Double)] {
        minutes.map { minute -> (Timestamp, Double) in
            let spike = minute == 1000 ? 15.0 : minute == 2900 ? 80 : 0
            let noise = Double(minute * 7919 % 13) / 10
            let value = 50 + 10 * sin(Double(minute) / 40) + noise + spike
            return (today.adding(milliseconds: Int64(minute - 3000) * 60_000), (value * 100).rounded() / 100)
        }
    }
}
