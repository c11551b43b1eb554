import DebVisorCore
import GRDB

/// Counts, sets and observes on top of the newest samples, within one transaction.
final class MeasureWriter {
    /// What one observation adds to a series; or replaces in it.
    enum Change {
        case growth(Double)
        case value(Double)
    }

    let database: Database
    let registry: SeriesRegistry
    private(set) var records: [SampleBatch.Record] = []
    /// Of each series the place of its last record.
    private var places: [Int64: Int] = [:]
    private var latest: LatestSamples?

    init(_ database: Database, limit: Int) throws {
        self.database = database
        registry = try SeriesRegistry(database, limit: limit)
    }

    /// The newest value of a series, with those that were not written yet; nil after the end of a series.
    func newest(_ row: Int64) throws -> Sample? {
        if let place = places[row] {
            return Sample(Timestamp(milliseconds: records[place].time), Double(bitPattern: records[place].bits))
        }
        // Made once: it looks through the tail.
        let samples = try latest ?? LatestSamples(database)
        latest = samples
        return try samples.sample(of: row)
    }

    /// The time of these series' newest sample; nil if they have none.
    func newestTime(_ rows: [Int64]) throws -> Timestamp? { try rows.compactMap { try newest($0)?.time }.max() }

    func put(_ row: Int64, _ change: Change, at time: Timestamp) throws {
        let value: Double
        switch change {
        case .value(let new): value = new
        case .growth(let growth):
            // After the end of a series it begins anew.
            value = (try newest(row).flatMap { $0.value.isNaN ? nil : $0.value } ?? 0) + growth
        }
        let record = SampleBatch.Record(series: row, time: time.milliseconds, bits: value.bitPattern)
        if let place = places[row], records[place].time == record.time {
            records[place] = record
        } else {
            places[row] = records.count
            records.append(record)
        }
    }

    /// Makes what was put durable with the transaction.
    func finish() throws { if !records.isEmpty { try MetricStore.append(records, database) } }
}
