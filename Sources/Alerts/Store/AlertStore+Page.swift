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

    package func calling(atLeast severity: AlertSeverity) -> Int {
        calling.reduce(0) { $1.key >= severity ? $0 + $1.value : $0 }
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
            guard urgency < AlertState.calling else { continue }
            page.calling[AlertSeverity.allCases[AlertSeverity.critical.rank - urgency]] = count
        }
        return page
    }

    private static func matchingPage(_ query: AlertQuery, _ database: Database) throws -> AlertPage {
        var page = AlertPage()
        let rows = try Row.fetchCursor(
            database, sql: AlertRow.selection + "WHERE \(condition(query)) \(urgentFirst)")
        while let row = try rows.next() {
            let labels = AlertRow.labels(row)
            guard query.matchers.allSatisfy({ $0.matches(labels) }) else { continue }
            page.total += 1
            let isShown = query.limit.map { page.alerts.count < $0 } ?? true
            guard isShown || (row["rank"] as Int) < AlertState.calling else { continue }
            let alert = try AlertRow(row).alert
            if isShown { page.alerts.append(alert) }
            if alert.callsForSomebody { page.calling[alert.severity, default: 0] += 1 }
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
