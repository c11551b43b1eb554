import DebVisorCore
import GRDB
import Storage

extension MetricStore {
    /// Records a round in one transaction, durable when it returns: its values, and the mark of an end for each series that
    /// ended. One value that cannot be taken does not keep the others out.
    /// - Throws: `usage` for a time that no store takes.
    package func record(_ round: MetricRound) throws -> RoundOutcome {
        try Self.check(round.time)
        return try store.write("metric-append") { database in
            let known = try KnownSeries(round.names, database)
            let registry = try SeriesRegistry(database, limit: seriesLimit)
            var outcome = RoundOutcome()
            var records: [SampleBatch.Record] = []
            var seen: Set<Int64> = []
            for (request, value) in round.values {
                do {
                    let row = try known.row(of: request) ?? registry.id(of: request)
                    guard seen.insert(row).inserted else { continue }
                    if !known.rows.contains(row) { outcome.new.append(request.key) }
                    records.append(
                        SampleBatch.Record(series: row, time: round.time.milliseconds, bits: value.bitPattern))
                } catch let fault as Fault where fault.kind == .conflict {
                    outcome.refused.append((request.key, fault))
                }
            }
            outcome.series = records.count
            for series in try known.ended(by: round, but: seen) {
                outcome.ended.append(series.key)
                records.append(
                    SampleBatch.Record(series: series.row, time: round.time.milliseconds, bits: Sample.endBits))
            }
            if !records.isEmpty { try Self.append(records, database) }
            return outcome
        }
    }

    /// The newest sample of each of these series that has one.
    package func latest(_ keys: some Sequence<SeriesKey>) throws -> [SeriesKey: Sample] {
        try store.read { database in
            let search = try database.cachedStatement(sql: "SELECT id FROM series WHERE hash = ?")
            var rows: [(SeriesKey, Int64)] = []
            for key in keys {
                let row = try Int64.fetchOne(search, arguments: [Int64(bitPattern: key.id.number)])
                if let row { rows.append((key, row)) }
            }
            let latest = try LatestSamples(database, of: Set(rows.map(\.1)))
            var found: [SeriesKey: Sample] = [:]
            for (key, row) in rows { found[key] = try latest.sample(of: row) }
            return found
        }
    }
}

/// The series that a store has of some metrics: a round asks for thousands, most of which are there.
private struct KnownSeries {
    private struct Entry {
        var row: Int64
        var limits: MetricLimits
    }

    private let database: Database
    private var families: [String: MetricFamily] = [:]
    /// By the text of their keys.
    private var entries: [String: Entry] = [:]
    private(set) var rows: Set<Int64> = []

    init(_ names: Set<MetricName>, _ database: Database) throws {
        self.database = database
        let series = try database.cachedStatement(
            sql: "SELECT id, tags, minimum, maximum FROM series WHERE family_id = ? AND suffix = ''")
        for name in names {
            guard let (id, family) = try MetricFamily.find(name.text, database) else { continue }
            families[name.text] = family
            let cursor = try Row.fetchCursor(series, arguments: [id])
            while let row = try cursor.next() {
                let tags = row[1] as String
                let key = tags.isEmpty ? name.text : "\(name.text){\(tags)}"
                entries[key] = Entry(row: row[0], limits: MetricLimits(checked: row[2], row[3]))
                rows.insert(row[0])
            }
        }
    }

    /// Nil if it is not there, or something that is said of it is other than it was: that is the registry's business.
    func row(of request: SeriesRequest) -> Int64? {
        guard let family = families[request.key.name.text], request.suffix.isEmpty,
            request.type ?? family.type == family.type, request.unit.isEmpty || request.unit == family.unit,
            request.help.isEmpty || request.help == family.help, let entry = entries[request.key.description],
            request.limits ?? entry.limits == entry.limits
        else { return nil }
        return entry.row
    }

    /// How long a series may have had no sample for its end to be marked still, in milliseconds.
    private static let memory: Int64 = 86_400_000

    /// Those that have no value in the round, ended by it, and are not marked so yet.
    func ended(by round: MetricRound, but seen: Set<Int64>) throws -> [MetricSeries] {
        let missing = rows.subtracting(seen)
        guard !missing.isEmpty else { return [] }
        let latest = try LatestSamples(database, of: missing)
        let since = round.time.adding(milliseconds: -Self.memory)
        let selection = try database.cachedStatement(sql: MetricSeries.selection + "WHERE series.id = ?")
        return try missing.sorted().compactMap { row in
            guard let sample = try latest.sample(of: row, since: since), sample.time >= since,
                sample.time < round.time, !sample.isEndOfSeries,
                let series = try Row.fetchOne(selection, arguments: [row]).map(MetricSeries.init)
            else { return nil }
            return round.hasEnded(series.key) ? series : nil
        }
    }
}
