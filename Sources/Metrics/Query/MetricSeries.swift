import DebVisorCore
import GRDB
import Storage

/// A series of the store.
package struct MetricSeries: Sendable, Hashable {
    let row: Int64
    package let key: SeriesKey
    package let family: MetricFamily
    /// `_bucket`, `_sum` or `_count` for a series of a histogram, else empty.
    package let suffix: String
    package let limits: MetricLimits

    package var id: SeriesID { key.id }

    /// Whether it only grows, and falls when what it counts begins anew.
    package var isCounted: Bool {
        switch family.type {
        case .gauge: false
        case .counter, .histogram: true
        case .summary: !suffix.isEmpty
        }
    }

    static let selection = """
        SELECT series.id, series.suffix, series.tags, series.minimum, series.maximum, families.name, families.type,
            families.unit, families.help
        FROM series JOIN families ON families.id = series.family_id

        """

    init(_ row: Row) throws {
        self.row = row[0]
        suffix = row[1]
        family = try MetricFamily(row, from: 5)
        key = SeriesKey(MetricName(stored: family.name.text + suffix), TagSet(stored: row[2]))
        limits = MetricLimits(checked: row[3], row[4])
    }
}

/// Which series.
package struct SeriesSelection: Sendable {
    /// The name of a series, or of a histogram for all its series; nil: any.
    package var name: MetricName?
    /// The tags that it has at least.
    package var tags: TagSet
    /// Whether it has no others, and that very name.
    private var isExact = false

    package init(_ name: MetricName? = nil, _ tags: TagSet = .none) { (self.name, self.tags) = (name, tags) }

    /// One series.
    package init(exactly key: SeriesKey) { (name, tags, isExact) = (key.name, key.tags, true) }

    /// Calls `body` with each, by family and tags.
    func forEach(_ database: Database, _ body: (MetricSeries) throws -> Void) throws {
        // The database looks for the tags' text, which finds too many rather than too few.
        let filters = tags.tags.indices.map { " AND instr(series.tags, ?\($0 + 2)) > 0" }.joined()
        let wanted = tags.tags.map { TagSet(sorted: [$0]).description }
        let cursor = try Row.fetchCursor(
            database,
            sql: MetricSeries.selection + """
                WHERE (?1 IS NULL OR families.id IN (SELECT id FROM families WHERE name IN (\(Self.names))))\(filters)
                ORDER BY families.name, series.suffix, series.tags
                """, arguments: StatementArguments([name?.text] + wanted))
        while let row = try cursor.next() {
            let series = try MetricSeries(row)
            guard name == nil || series.key.name == name || !isExact && series.family.name == name,
                isExact ? series.key.tags == tags : series.key.tags.contains(tags)
            else { continue }
            try body(series)
        }
    }

    /// A name, and what it is without the endings of a histogram.
    private static let names = """
        ?1, substr(?1, 1, length(?1) - 7), substr(?1, 1, length(?1) - 4), substr(?1, 1, length(?1) - 6)
        """
}

extension MetricStore {
    package func series(_ selection: SeriesSelection = SeriesSelection()) throws -> [MetricSeries] {
        try store.read { database in
            var found: [MetricSeries] = []
            try selection.forEach(database) { found.append($0) }
            return found
        }
    }

    /// The names that `SeriesSelection` takes, sorted: of series, and of histograms.
    package func names() throws -> [String] {
        try store.read {
            try String.fetchAll(
                $0,
                sql: """
                    SELECT name FROM families
                    UNION SELECT DISTINCT families.name || series.suffix FROM series
                        JOIN families ON families.id = series.family_id WHERE series.suffix <> ''
                    ORDER BY 1
                    """)
        }
    }

    /// What is known of the metric that a name belongs to, a histogram's or a summary's for its series; nil if there is none.
    package func family(of name: MetricName) throws -> MetricFamily? {
        try store.read { database in
            if let (_, family) = try MetricFamily.find(name.text, database) { return family }
            for ending in FamilyNames.endings where name.text.hasSuffix(ending) {
                let base = String(name.text.dropLast(ending.utf8.count))
                if let (_, family) = try MetricFamily.find(base, database), family.type.isCompound { return family }
            }
            return nil
        }
    }

    /// The series of exactly that name and these tags; nil if there is none.
    package func series(_ key: SeriesKey) throws -> MetricSeries? {
        let series = try store.read { try Self.series(key.id.number, $0) }
        return series?.key == key ? series : nil
    }

    private static func series(_ id: UInt64, _ database: Database) throws -> MetricSeries? {
        try Row.fetchOne(
            database, sql: MetricSeries.selection + "WHERE series.hash = ?", arguments: [Int64(bitPattern: id)]
        ).map(MetricSeries.init)
    }

    /// The series of an id. - Throws: `notFound`.
    package func series(_ id: String) throws -> MetricSeries {
        let series = try UInt64(id, radix: 16).flatMap { number in try store.read { try Self.series(number, $0) } }
        guard let series, id.utf8.count == 16 else {
            throw Fault(.notFound, "there is no series '\(id)'", hint: "see 'debvisor metric list'")
        }
        return series
    }
}
