import Alerts
import CommandKit
import DebVisorCore

/// Alerts as they change, until the person stops it.
struct AlertWatch: Sendable {
    let query: AlertQuery
    let context: AppContext
    let session: Session

    /// On a terminal the list, drawn anew; as NDJSON the alerts and then each that changes, as it is then; else lines.
    var report: Report {
        if session.format == .table, !session.console.isTerminal(.output) {
            return .pieces { emit in
                try await follow(
                    begin: { alerts in for alert in alerts { try emit(Self.line(alert)) } },
                    change: { _, events in for event in events { try emit(Self.line(event)) } })
            }
        }
        let isList = session.format == .table
        return .stream(of: Alert.self) { emit in
            try await follow(
                begin: { try emit($0) },
                change: { store, events in
                    if isList { return try emit(try store.alerts(query)) }
                    let changed = Set(events.map(\.alert.text)).sorted()
                    if !changed.isEmpty { try emit(try changed.map { try store.alert($0) }) }
                })
        }
    }

    /// Ages in the list grow, too: on a terminal nothing is older than ten seconds.
    private static let looks = 10

    private func follow(
        begin: ([Alert]) throws -> Void, change: (AlertStore, [AlertEvent]) throws -> Void
    ) async throws {
        let isDrawn = session.format == .table && session.console.isTerminal(.output)
        var store = try context.existingAlertStore()
        var (seen, last) = (try store?.version() ?? 0, try store?.lastEvent() ?? 0)
        try begin(try store?.alerts(query) ?? [])
        var quiet = 0
        while await pause() {
            if store == nil { store = try context.existingAlertStore() }
            guard let store else { continue }
            let version = try store.version()
            quiet += 1
            guard version != seen || isDrawn && quiet >= Self.looks else { continue }
            (seen, quiet) = (version, 0)
            let (newest, events) = (try store.lastEvent(), try store.events(after: last, of: eventQuery))
            last = max(newest, last)
            if isDrawn || !events.isEmpty { try change(store, events.filter { $0.id <= newest }) }
        }
    }

    private var eventQuery: AlertQuery {
        var query = query
        query.limit = nil
        return query
    }

    /// A second, in short sleeps, so that Ctrl-C ends it at once. - Returns: whether to go on.
    private func pause() async -> Bool {
        for _ in 0..<10 where !session.isCancelled { try? await Task.sleep(for: .milliseconds(100)) }
        return !session.isCancelled
    }

    private static func line(_ alert: Alert) -> String {
        "\(alert.since) \(alert.severity) \(alert.status) \(alert.id) \(alert.rule): \(AlertTexts.plain(alert.message))\n"
    }

    private static func line(_ event: AlertEvent) -> String {
        "\(event.at) \(event.severity) \(event.to) \(event.alert) \(event.rule): \(AlertTexts.plain(event.series)): "
            + "\(AlertTexts.plain(event.reason)) (\(AlertTexts.plain(event.actor)))\n"
    }
}
