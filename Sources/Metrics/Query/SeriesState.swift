package import DebVisorCore
import GRDB
import Storage

/// A series and what there is of it, for listings.
package struct SeriesState: Sendable, Hashable {
    package var series: MetricSeries
    /// Samples that are kept; those written last count double where they replaced one.
    package var samples: Int
    package var rollUps: Int
    /// When the oldest sample or roll-up is from.
    package var first: Timestamp?
    package var latest: Sample?
}

extension MetricStore {
    /// By family and tags.
    package func states(_ selection: SeriesSelection = SeriesSelection()) throws -> [SeriesState] {
        try store.read { database in
            var found: [MetricSeries] = []
            try selection.forEach(database) { found.append($0) }
            let rows = Set(found.map(\.row))
            let latest = try LatestSamples(database, of: rows)
            let tail = try BatchTail(database: database).counts(of: rows)
            let chunks = try database.cachedStatement(
                sql: """
                    SELECT total(iif(tier = 0, n, 0)), total(iif(tier > 0, n, 0)), min(first) FROM chunks
                    WHERE series_id = ?
                    """)
            return try found.map { series in
                let row = try Row.fetchOne(chunks, arguments: [series.row])
                let early = tail[series.row]
                let first = [row?[2] as Int64?, early?.first].compactMap { $0 }.min()
                return SeriesState(
                    series: series, samples: Int(row?[0] as Double? ?? 0) + (early?.count ?? 0),
                    rollUps: Int(row?[1] as Double? ?? 0), first: first.map(Timestamp.init(milliseconds:)),
                    latest: try latest.sample(of: series.row))
            }
        }
    }
}

extension MetricStore {
    /// Whether anything was rolled up at all.
    package var hasRollUps: Bool {
        get throws {
            let exists = "SELECT EXISTS (SELECT 1 FROM chunks WHERE tier > 0)"
            return try store.read { try Bool.fetchOne($0, sql: exists) } ?? false
        }
    }

    /// When the last roll-up begins that stands for samples of a range; nil if there is none.
    package func lastRollUp(of series: MetricSeries, _ range: ClosedRange<Timestamp>? = nil) throws -> Timestamp? {
        let range = Self.milliseconds(range)
        return try store.read { database in
            try Int64.fetchOne(
                database,
                sql: """
                    SELECT max(last) FROM chunks WHERE series_id = ? AND tier > 0 AND first <= ? AND last >= ?
                    """, arguments: [series.row, range.upperBound, range.lowerBound])
        }.map { Timestamp(milliseconds: min($0, range.upperBound)) }
    }
}

extension BatchTail {
    /// How many samples of some series it has, and the time of the earliest.
    func counts(of rows: Set<Int64>) throws -> [Int64: (count: Int, first: Int64)] {
        var counts: [Int64: (count: Int, first: Int64)] = [:]
        let cursor = try Row.fetchCursor(database, sql: "SELECT data FROM batches")
        while let row = try cursor.next() {
            try Self.samples(of: row) { data in
                for index in 0..<data.count / SampleBatch.stride {
                    let record = SampleBatch.record(data, index)
                    guard rows.contains(record.series) else { continue }
                    let old = counts[record.series] ?? (0, record.time)
                    counts[record.series] = (old.count + 1, min(old.first, record.time))
                }
            }
        }
        return counts
    }
}
