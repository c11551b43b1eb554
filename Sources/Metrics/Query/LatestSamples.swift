import DebVisorCore
import Foundation
import GRDB

/// The newest sample of each of some series.
struct LatestSamples {
    private let database: Database
    private let tail: [Int64: SampleBatch.Record]
    private let codec = ChunkCodec()
    private let newest: Statement

    /// - Parameter rows: the series; nil: all.
    init(_ database: Database, of rows: Set<Int64>? = nil) throws {
        self.database = database
        var tail: [Int64: SampleBatch.Record] = [:]
        let statement = try database.cachedStatement(sql: "SELECT data FROM batches ORDER BY id")
        let cursor = try Row.fetchCursor(statement)
        while let row = try cursor.next() {
            try BatchTail.samples(of: row) { data in
                for index in 0..<data.count / SampleBatch.stride {
                    guard rows?.contains(Int64(SampleBatch.series(data, index))) != false else { continue }
                    let record = SampleBatch.record(data, index)
                    if tail[record.series].map({ $0.time > record.time }) != true { tail[record.series] = record }
                }
            }
        }
        self.tail = tail
        newest = try database.cachedStatement(
            sql: "SELECT last, data FROM chunks WHERE series_id = ? AND tier = 0 ORDER BY first DESC LIMIT 1")
    }

    /// Nil if it has none, or they are rolled up.
    /// - Parameter since: what is older is not looked at closely, and may be nil too.
    func sample(of series: Int64, since: Timestamp? = nil) throws -> Sample? {
        let recent = tail[series].map {
            Sample(Timestamp(milliseconds: $0.time), Double(bitPattern: $0.bits))
        }
        let cursor = try Row.fetchCursor(newest, arguments: [series])
        guard let row = try cursor.next() else { return recent }
        if let recent, recent.time.milliseconds >= row[0] { return recent }
        if let since, since.milliseconds > row[0] { return recent }
        return try row.withUnsafeData(atIndex: 1) { data in
            let run = SampleRun(
                .allocate(capacity: ChunkCodec.capacity), .allocate(capacity: ChunkCodec.capacity), count: 0)
            defer {
                run.times.deallocate()
                run.bits.deallocate()
            }
            let count = try (data ?? Data()).withUnsafeBytes { try codec.decode($0, run.times, run.bits) }
            return Sample(
                Timestamp(milliseconds: run.times[count - 1]), Double(bitPattern: run.bits[count - 1]))
        }
    }
}
