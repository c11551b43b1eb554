package import DebVisorCore
import Foundation
import GRDB
import Storage

/// Reads the samples of series in order, a chunk at a time, within one transaction.
final class SampleReader {
    private let database: Database
    private let codec = ChunkCodec()
    private let chunk = SampleRun(
        .allocate(capacity: ChunkCodec.capacity), .allocate(capacity: ChunkCodec.capacity), count: 0)
    private var times: UnsafeMutablePointer<Int64>
    private var bits: UnsafeMutablePointer<UInt64>
    private var room = ChunkCodec.capacity
    private let chunks: Statement

    init(_ database: Database) throws {
        self.database = database
        times = .allocate(capacity: room)
        bits = .allocate(capacity: room)
        chunks = try database.cachedStatement(
            sql: """
                SELECT data FROM chunks WHERE series_id = ?1 AND tier = 0 AND first <= ?3 AND first >= coalesce(
                    (SELECT max(first) FROM chunks WHERE series_id = ?1 AND tier = 0 AND first <= ?2), ?2)
                ORDER BY first
                """)
    }

    deinit {
        chunk.times.deallocate()
        chunk.bits.deallocate()
        times.deallocate()
        bits.deallocate()
    }

    /// Calls `body` with runs that follow each other, none empty, valid for the call.
    /// - Parameter isPrimed: the runs begin with the sample before the range, if there is one; earlier ones may come too.
    func forEachRun(
        of series: Int64, _ range: ClosedRange<Int64>, primed isPrimed: Bool = false, _ body: (SampleRun) throws -> Void
    ) throws {
        let tail = try BatchTail(database: database).samples(of: series)
        try forEachRun(of: series, range, tail: tail, primed: isPrimed, body)
    }

    /// - Parameter tail: the samples of the series that are not in chunks, ascending.
    func forEachRun(
        of series: Int64, _ range: ClosedRange<Int64>, tail: (times: [Int64], bits: [UInt64]),
        primed isPrimed: Bool = false, _ body: (SampleRun) throws -> Void
    ) throws {
        var (tailTimes, tailBits) = tail
        try tailTimes.withUnsafeMutableBufferPointer { tailTimes in
            try tailBits.withUnsafeMutableBufferPointer { tailBits in
                try forEachRun(of: series, range, tail: (tailTimes, tailBits), isPrimed ? 1 : 0, body)
            }
        }
    }

    private func forEachRun(
        of series: Int64, _ range: ClosedRange<Int64>,
        tail: (times: UnsafeMutableBufferPointer<Int64>, bits: UnsafeMutableBufferPointer<UInt64>),
        _ primer: Int, _ body: (SampleRun) throws -> Void
    ) throws {
        var rest = SampleRun(tail.times.baseAddress ?? times, tail.bits.baseAddress ?? bits, count: tail.times.count)
        rest = rest.slice(max(0, rest.firstIndex(from: range.lowerBound) - primer)..<rest.count)
        let cursor = try Row.fetchCursor(chunks, arguments: [series, range.lowerBound, range.upperBound])
        while let row = try cursor.next() {
            let count = try row.withUnsafeData(atIndex: 0) { data in
                try (data ?? Data()).withUnsafeBytes { try codec.decode($0, chunk.times, chunk.bits) }
            }
            var run = chunk.slice(0..<count)
            let newer = rest.slice(0..<rest.firstIndex(from: run.times[count - 1] + 1))
            rest = rest.slice(newer.count..<rest.count)
            if newer.count > 0 {
                reserve(count + newer.count)
                run = run.merged(with: newer, into: SampleRun(times, bits, count: 0))
            }
            try hand(run, range, primer, body)
        }
        try hand(rest, range, primer, body)
    }

    private func hand(
        _ run: SampleRun, _ range: ClosedRange<Int64>, _ primer: Int, _ body: (SampleRun) throws -> Void
    ) throws {
        let start = max(0, run.firstIndex(from: range.lowerBound) - primer)
        let end = run.firstIndex(from: range.upperBound + 1)
        if start < end { try body(run.slice(start..<end)) }
    }

    private func reserve(_ count: Int) {
        guard count > room else { return }
        times.deallocate()
        bits.deallocate()
        room = count
        (times, bits) = (.allocate(capacity: room), .allocate(capacity: room))
    }
}

extension MetricStore {
    /// Calls `body` with the samples of a series in order of time, some thousand at most at once.
    package func readSamples(
        of series: MetricSeries, _ range: ClosedRange<Timestamp>? = nil, _ body: ([Sample]) throws -> Void
    ) throws {
        try store.read { database in
            try SampleReader(database).forEachRun(of: series.row, Self.milliseconds(range)) { run in
                try body(
                    (0..<run.count).map {
                        Sample(Timestamp(milliseconds: run.times[$0]), Double(bitPattern: run.bits[$0]))
                    })
            }
        }
    }

    /// All samples of a series.
    package func samples(of series: MetricSeries, _ range: ClosedRange<Timestamp>? = nil) throws -> [Sample] {
        var all: [Sample] = []
        try readSamples(of: series, range) { all += $0 }
        return all
    }

    static func milliseconds(_ range: ClosedRange<Timestamp>?) -> ClosedRange<Int64> {
        guard let range else { return Sample.times }
        let lower = max(range.lowerBound.milliseconds, Sample.times.lowerBound)
        return lower...max(lower, min(range.upperBound.milliseconds, Sample.times.upperBound))
    }
}
