import DebVisorCore
import Foundation
import GRDB

/// Brings samples into the chunks of their series: appends to the last one until it is full, and rewrites one in the
/// middle for what comes late. Lives as long as one transaction.
final class ChunkMerge {
    /// What a full chunk has. Larger ones hardly take fewer bytes a sample, and are dearer to rewrite.
    static let full = 1000
    /// A chunk that late samples enlarge is split above this.
    static let most = 1500

    private let codec: ChunkCodec
    private let selection: Statement
    private let content: Statement
    private let insertion: Statement
    private let change: Statement
    private var times: UnsafeMutablePointer<Int64>
    private var bits: UnsafeMutablePointer<UInt64>
    private var room = 0
    private let old: SampleRun

    /// Samples that replaced one of the same instant.
    private(set) var duplicates = 0
    private(set) var chunksWritten = 0

    init(_ database: Database, _ codec: ChunkCodec) throws {
        self.codec = codec
        // From the chunk that holds the first time or lies before it, to the one that holds the last.
        selection = try database.makeStatement(
            sql: """
                SELECT id, first, last, n FROM chunks WHERE series_id = ?1 AND tier = 0 AND first <= ?3 AND first >= coalesce(
                    (SELECT max(first) FROM chunks WHERE series_id = ?1 AND tier = 0 AND first <= ?2), ?2)
                ORDER BY first
                """)
        content = try database.makeStatement(sql: "SELECT data FROM chunks WHERE id = ?")
        insertion = try database.makeStatement(
            sql: "INSERT INTO chunks (series_id, tier, first, last, n, data) VALUES (?, 0, ?, ?, ?, ?)")
        change = try database.makeStatement(
            sql: "UPDATE chunks SET first = ?, last = ?, n = ?, data = ? WHERE id = ?")
        times = .allocate(capacity: 1)
        bits = .allocate(capacity: 1)
        old = SampleRun(
            .allocate(capacity: ChunkCodec.capacity), .allocate(capacity: ChunkCodec.capacity), count: 0)
    }

    deinit {
        times.deallocate()
        bits.deallocate()
        old.times.deallocate()
        old.bits.deallocate()
    }

    private struct Stored {
        var id, first, last: Int64
        var count: Int
    }

    /// - Parameter run: at least one sample, ascending.
    func merge(_ run: SampleRun, into series: Int64) throws {
        let stored = try Row.fetchAll(selection, arguments: [series, run.times[0], run.times[run.count - 1]]).map {
            Stored(id: $0[0], first: $0[1], last: $0[2], count: $0[3])
        }
        guard !stored.isEmpty else { return try write(run, series) }
        var done = 0
        for (index, chunk) in stored.enumerated() {
            let end = index + 1 < stored.count ? run.firstIndex(from: stored[index + 1].first) : run.count
            guard done < end else { continue }
            let part = run.slice(done..<end)
            if chunk.count >= Self.full, part.times[0] > chunk.last {
                try write(part, series)
            } else {
                try write(try merged(chunk, part), series, replacing: chunk.id)
            }
            done = end
        }
    }

    /// A chunk with newer samples, in our own memory.
    private func merged(_ chunk: Stored, _ part: SampleRun) throws -> SampleRun {
        let cursor = try Row.fetchCursor(content, arguments: [chunk.id])
        let oldCount =
            try cursor.next()?.withUnsafeData(atIndex: 0) { data in
                try (data ?? Data()).withUnsafeBytes { try codec.decode($0, old.times, old.bits) }
            } ?? 0
        reserve(oldCount + part.count)
        let merged = old.slice(0..<oldCount).merged(with: part, into: SampleRun(times, bits, count: 0))
        duplicates += oldCount + part.count - merged.count
        return merged
    }

    private func write(_ run: SampleRun, _ series: Int64, replacing id: Int64? = nil) throws {
        var start = 0
        while start < run.count {
            let rest = run.count - start
            let count = rest <= Self.most ? rest : Self.full
            let piece = run.slice(start..<start + count)
            let data = Data(codec.encode(piece.times, piece.bits, count: count))
            let (first, last) = (piece.times[0], piece.times[count - 1])
            if start == 0, let id {
                try change.execute(arguments: [first, last, count, data, id])
            } else {
                try insertion.execute(arguments: [series, first, last, count, data])
            }
            chunksWritten += 1
            start += count
        }
    }

    private func reserve(_ count: Int) {
        guard count > room else { return }
        times.deallocate()
        bits.deallocate()
        room = max(count, 2 * ChunkCodec.capacity)
        (times, bits) = (.allocate(capacity: room), .allocate(capacity: room))
    }
}
