package import DebVisorCore
import GRDB
import Storage

/// How much there is of a series.
package struct SampleExtent: Sendable, Hashable {
    /// Samples. One that gave way to another of the same instant a moment ago may count still.
    package var count: Int
    /// When the first and the last are from.
    package var first: Timestamp
    package var last: Timestamp
}

/// Some series as they are at one moment, for whoever goes through many: what was written last is looked through once for all
/// of them.
package struct SampleLook {
    private let reader: SampleReader
    private let tails: [Int64: (times: [Int64], bits: [UInt64])]
    private let extents: Statement

    init(_ database: Database, _ series: [MetricSeries]) throws {
        reader = try SampleReader(database)
        tails = try BatchTail(database: database).samples(of: Set(series.map(\.row)))
        extents = try database.cachedStatement(
            sql: "SELECT total(n), min(first), max(last) FROM chunks WHERE series_id = ? AND tier = 0")
    }

    /// Without reading the samples; nil if there are none.
    package func extent(of series: MetricSeries) throws -> SampleExtent? {
        let row = try Row.fetchOne(extents, arguments: [series.row])
        let tail = tails[series.row]?.times ?? []
        let firsts = [row?[1] as Int64?, tail.first].compactMap(\.self)
        let lasts = [row?[2] as Int64?, tail.last].compactMap(\.self)
        guard let first = firsts.min(), let last = lasts.max() else { return nil }
        return SampleExtent(
            count: Int(row?[0] as Double? ?? 0) + tail.count, first: Timestamp(milliseconds: first),
            last: Timestamp(milliseconds: last))
    }

    /// Calls `body` with the samples in order of time, some thousand at most at once.
    /// - Parameter after: only later ones; nil: all.
    package func readSamples(
        of series: MetricSeries, after: Timestamp?, _ body: ([Sample]) throws -> Void
    ) throws {
        let start = after.map { max($0.milliseconds + 1, Sample.times.lowerBound) } ?? Sample.times.lowerBound
        guard start <= Sample.times.upperBound else { return }
        try reader.forEachRun(of: series.row, start...Sample.times.upperBound, tail: tails[series.row] ?? ([], [])) {
            run in
            try body(
                (0..<run.count).map {
                    Sample(Timestamp(milliseconds: run.times[$0]), Double(bitPattern: run.bits[$0]))
                })
        }
    }
}

extension MetricStore {
    /// Runs `body` over one consistent view of some series.
    package func look<Result>(at series: [MetricSeries], _ body: (SampleLook) throws -> Result) throws -> Result {
        try store.read { try body(SampleLook($0, series)) }
    }
}

extension BatchTail {
    /// The samples of some series, each ascending, of one instant the last; none of those that have none.
    func samples(of rows: Set<Int64>) throws -> [Int64: (times: [Int64], bits: [UInt64])] {
        var found: [Int64: (times: [Int64], bits: [UInt64])] = [:]
        let statement = try database.cachedStatement(sql: "SELECT data FROM batches ORDER BY id")
        let cursor = try Row.fetchCursor(statement)
        while let row = try cursor.next() {
            try Self.samples(of: row) { data in
                for index in 0..<data.count / SampleBatch.stride
                where rows.contains(Int64(SampleBatch.series(data, index))) {
                    let record = SampleBatch.record(data, index)
                    found[record.series, default: ([], [])].times.append(record.time)
                    found[record.series, default: ([], [])].bits.append(record.bits)
                }
            }
        }
        return found.mapValues { Self.settled($0.times, $0.bits) }
    }

    /// In order of time, of one instant the last.
    static func settled(_ times: [Int64], _ bits: [UInt64]) -> (times: [Int64], bits: [UInt64]) {
        var (times, bits) = (times, bits)
        let count = times.withUnsafeMutableBufferPointer { times in
            bits.withUnsafeMutableBufferPointer { bits in
                guard let time = times.baseAddress, let bit = bits.baseAddress else { return 0 }
                var run = SampleRun(time, bit, count: times.count)
                _ = run.settle()
                return run.count
            }
        }
        times.removeLast(times.count - count)
        bits.removeLast(bits.count - count)
        return (times, bits)
    }
}
