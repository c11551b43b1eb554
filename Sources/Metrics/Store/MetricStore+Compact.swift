import GRDB
import Storage

extension MetricStore {
    /// Brings everything into full chunks and gives back to the file system what is not needed.
    ///
    /// Needs room for a second copy of the store meanwhile.
    package func compact() throws -> MetricUpkeep {
        var upkeep = MetricUpkeep()
        upkeep.before = try used()
        try settleTail()
        let fragmented = try store.read { database in
            try Int64.fetchAll(
                database,
                sql: """
                    SELECT series_id FROM chunks WHERE tier = 0 GROUP BY series_id
                    HAVING count(*) > 2 AND count(*) * \(ChunkMerge.full) > 2 * sum(n)
                    """)
        }
        for series in fragmented { try store.write("metric-compact") { try Self.rewrite(series, $0) } }
        try store.shrink("metric-vacuum")
        upkeep.after = try used()
        return upkeep
    }

    /// One series at a time, in memory: its chunks are small, or they would not be rewritten.
    private static func rewrite(_ series: Int64, _ database: Database) throws {
        var (times, bits): ([Int64], [UInt64]) = ([], [])
        try SampleReader(database).forEachRun(of: series, Sample.times) { run in
            times += UnsafeBufferPointer(start: run.times, count: run.count)
            bits += UnsafeBufferPointer(start: run.bits, count: run.count)
        }
        try database.execute(sql: "DELETE FROM chunks WHERE tier = 0 AND series_id = ?", arguments: [series])
        let merge = try ChunkMerge(database, ChunkCodec())
        try times.withUnsafeMutableBufferPointer { times in
            try bits.withUnsafeMutableBufferPointer { bits in
                guard let time = times.baseAddress, let bit = bits.baseAddress else { return }
                try merge.merge(SampleRun(time, bit, count: times.count), into: series)
            }
        }
    }
}
