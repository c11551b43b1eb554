import DebVisorCore
import Foundation
import GRDB

/// The samples that are not in chunks yet. A collector's round is one row at the end of one table: a row for each series
/// in its own place would rewrite a page for each sample.
struct BatchTail {
    let database: Database

    /// Above one of these the tail goes into chunks. Readers look through all of it.
    static let mostSamples = 65_536
    static let mostBatches = 1024

    func append(_ records: [SampleBatch.Record]) throws {
        let statement = try database.cachedStatement(sql: "INSERT INTO batches (n, data) VALUES (?, ?)")
        try statement.execute(arguments: [records.count, SampleBatch.bytes(of: records)])
    }

    var isFull: Bool {
        get throws {
            let row = try Row.fetchOne(database, sql: "SELECT count(*), total(n) FROM batches")
            return (row?[0] ?? 0) > Self.mostBatches || (row?[1] ?? 0) > Self.mostSamples
        }
    }

    /// Moves everything into chunks. - Returns: how many samples gave way to a later one of the same instant.
    func settle(_ codec: ChunkCodec) throws -> Int {
        let total = try Int.fetchOne(database, sql: "SELECT sum(n) FROM batches") ?? 0
        guard total > 0 else { return 0 }
        let arena = SampleArena(capacity: total)
        var slots: [Int64: UInt32] = [:]
        var series: [Int64] = []
        let cursor = try Row.fetchCursor(database, sql: "SELECT data FROM batches ORDER BY id")
        while let row = try cursor.next() {
            try Self.samples(of: row) { data in
                for index in 0..<min(data.count / SampleBatch.stride, total - arena.count) {
                    let record = SampleBatch.record(data, index)
                    let slot = slots[record.series] ?? UInt32(series.count)
                    if Int(slot) == series.count {
                        slots[record.series] = slot
                        series.append(record.series)
                    }
                    arena.append(slot, record.time, record.bits)
                }
            }
        }
        let merge = try ChunkMerge(database, codec)
        let replaced = try arena.forEachSlot { try merge.merge($1, into: series[$0]) } + merge.duplicates
        try database.execute(sql: "DELETE FROM batches")
        return replaced
    }

    /// The samples of one series, ascending, of one instant the last; as `times` and `bits`.
    func samples(of series: Int64) throws -> (times: [Int64], bits: [UInt64]) {
        var (times, bits): ([Int64], [UInt64]) = ([], [])
        let statement = try database.cachedStatement(sql: "SELECT data FROM batches ORDER BY id")
        let cursor = try Row.fetchCursor(statement)
        while let row = try cursor.next() {
            try Self.samples(of: row) { data in
                for index in SampleBatch.range(of: series, in: data) {
                    let record = SampleBatch.record(data, index)
                    times.append(record.time)
                    bits.append(record.bits)
                }
            }
        }
        return Self.settled(times, bits)
    }

    static func samples(of row: Row, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try row.withUnsafeData(atIndex: 0) { try ($0 ?? Data()).withUnsafeBytes(body) }
    }
}
