import DebVisorCore
import GRDB
import Storage

/// A sample and the series it belongs to.
package struct NewSample: Sendable {
    package var series: SeriesRequest
    package var sample: Sample

    package init(_ series: SeriesRequest, _ sample: Sample) { (self.series, self.sample) = (series, sample) }
}

extension MetricStore {
    /// Records a few samples, all or none; durable when it returns. Of several of one series and instant the last stays.
    ///
    /// - Throws: `usage` for a time that no store takes, `conflict` for a metric of another type or too many series.
    package func append(_ samples: [NewSample]) throws {
        for sample in samples { try Self.check(sample.sample.time) }
        guard !samples.isEmpty else { return }
        try store.write("metric-append") { database in
            let registry = try SeriesRegistry(database, limit: seriesLimit)
            var known: [SeriesRequest: Int64] = [:]
            let records = try samples.map { new in
                let id = try known[new.series] ?? registry.id(of: new.series)
                known[new.series] = id
                return SampleBatch.Record(
                    series: id, time: new.sample.time.milliseconds, bits: new.sample.value.bitPattern)
            }
            try Self.append(records, database)
        }
    }

    static func append(_ records: [SampleBatch.Record], _ database: Database) throws {
        let tail = BatchTail(database: database)
        try tail.append(records)
        if try tail.isFull { try count(duplicates: tail.settle(ChunkCodec()), database) }
    }

    /// - Throws: `usage`.
    static func check(_ time: Timestamp) throws {
        guard Sample.times.contains(time.milliseconds) else {
            throw Fault(.usage, "the time lies outside of the years 1 to 9999", hint: "times are counted from 1970")
        }
    }

    static func count(duplicates: Int, _ database: Database) throws {
        guard duplicates > 0 else { return }
        try database.execute(
            sql: """
                INSERT INTO settings VALUES ('duplicates', ?)
                ON CONFLICT (name) DO UPDATE SET value = value + excluded.value
                """, arguments: [duplicates])
    }
}
