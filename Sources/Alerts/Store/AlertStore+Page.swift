import DebVisorCore
import GRDB
import Storage

/// What a listing shows, and what it leaves out.
package struct AlertPage: Sendable, Hashable {
    package var alerts: [Alert] = []
    /// How many there are in all.
    package var total = 0
    /// Of all, shown or not, those that call for somebody (see `Alert.callsForSomebody`).
    package var calling: [AlertSeverity: Int] = [:]

}

extension [AlertSeverity: Int] {
    /// How many of this severity or a higher one.
    package func atLeast(_ severity: AlertSeverity) -> Int {
        reduce(0) { $1.key >= severity ? $0 + $1.value : $0 }
    }
}

extension AlertStore {
    /// The most urgent first, of these the newest, up to the limit; counts of all.
    ///
    /// Without matchers, rows beyond the limit are counted in the index and not read.
    package func page(_ query: AlertQuery) throws -> AlertPage {
        try store.read { database in
            query.matchers.isEmpty ? try Self.page(query, database) : try Self.matchingPage(query, database)
        }
    }

    private static func page(_ query: AlertQuery, _ database: Database) throws -> AlertPage {
        let condition = condition(query)
        var page = AlertPage()
        page.alerts = try Row.fetchAll(
            database,
            sql: AlertRow.selection + "WHERE \(condition) \(urgentFirst) LIMIT \(query.limit ?? -1)"
        ).map { try AlertRow($0).alert }
        let counts = try Row.fetchCursor(
            database, sql: "SELECT rank, count(*) FROM alerts WHERE \(condition) GROUP BY rank")
        while let row = try counts.next() {
            let (urgency, count): (Int, Int) = (row[0], row[1])
            page.total += count
            page.calling[urgency] += count
        }
        return page
    }

    /// How many call for somebody: what 'fail on' means, whoever asks.
    package func calling() throws -> [AlertSeverity: Int] {
        try store.read { database in
            var calling: [AlertSeverity: Int] = [:]
            let counts = try Row.fetchCursor(
                database,
                sql: """
                    SELECT rank, count(*) FROM alerts WHERE status <> 'resolved' AND rank < \(AlertState.calling)
                    GROUP BY rank
                    """)
            while let row = try counts.next() { calling[row[0] as Int] += row[1] as Int }
            return calling
        }
    }

    /// Labels are looked at first; what is shown is read then.
    private static func matchingPage(_ query: AlertQuery, _ database: Database) throws -> AlertPage {
        var page = AlertPage()
        var shown: [Int64] = []
        let filter = LabelFilter(query.matchers)
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT \(AlertLabels.columns), id, rank FROM alerts WHERE \(condition(query)) \(urgentFirst)")
        while let row = try rows.next() {
            let labels = AlertLabels(row)
            guard filter.fits(labels.value) else { continue }
            page.total += 1
            page.calling[row[AlertLabels.count + 1] as Int] += 1
            if query.limit.map({ shown.count < $0 }) ?? true { shown.append(row[AlertLabels.count]) }
        }
        let statement = try database.cachedStatement(sql: AlertRow.selection + "WHERE id = ?")
        page.alerts = try shown.compactMap { id in
            try Row.fetchOne(statement, arguments: [id]).map { try AlertRow($0).alert }
        }
        return page
    }

    /// The index of what is open has this order.
    private static let urgentFirst = "ORDER BY rank, since DESC, id DESC"

    private static func condition(_ query: AlertQuery) -> String {
        var conditions: [String] = []
        if !query.statuses.isEmpty {
            conditions.append("status IN (\(list(query.statuses.map(\.rawValue))))")
        } else if !query.includesResolved {
            conditions.append("status <> 'resolved'")
        }
        if !query.severities.isEmpty {
            conditions.append("severity IN (\(list(query.severities.map(\.rawValue))))")
        }
        return conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
    }

    /// Words of ours, none of which has a quote.
    private static func list(_ words: [String]) -> String {
        words.sorted().map { "'\($0)'" }.joined(separator: ", ")
    }
}

extension [AlertSeverity: Int] {
    /// Of an urgency, if what has it calls for somebody; else nothing.
    fileprivate subscript(urgency: Int) -> Int {
        get { Self.severity(urgency).flatMap { self[$0] } ?? 0 }
        set { if let severity = Self.severity(urgency) { self[severity] = newValue } }
    }

    private static func severity(_ urgency: Int) -> AlertSeverity? {
        urgency < AlertState.calling ? AlertSeverity.allCases[AlertSeverity.critical.rank - urgency] : nil
    }
}
