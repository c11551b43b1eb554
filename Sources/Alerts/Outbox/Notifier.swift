/// Where notices go.
package enum NotifierTarget: Sendable, Hashable, Codable {
    /// A program that gets the notice as JSON on its standard input.
    case command(path: String, arguments: [String])
    /// By sendmail; nil: from whom it sends by itself.
    case email(to: [String], from: String?)
    /// A POST of the notice as JSON. The address is a secret: many services put a token into it.
    case webhook(url: Secret, headers: [String: Secret])

    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable { case command, email, webhook }

    package var kind: Kind {
        switch self {
        case .command: .command
        case .email: .email
        case .webhook: .webhook
        }
    }
}

extension NotifierTarget: CustomStringConvertible {
    /// For people, without what is secret: `webhook https://hooks.example.org/…`.
    package var description: String {
        switch self {
        case .command(let path, let arguments): ([path] + arguments).joined(separator: " ")
        case .email(let to, _): to.joined(separator: ", ")
        case .webhook(let url, _): (WebAddress(url.revealed)?.origin ?? "?") + "/…"
        }
    }
}

extension NotifierTarget {
    /// A text without what is secret of this target: for what the other side says, who may know it and print it.
    package func redacted(_ text: String) -> String {
        guard case .webhook(let url, let headers) = self else { return text }
        let origin = WebAddress(url.revealed)?.origin ?? ""
        let separators: Set<Character> = [" ", "/", "?", "&", "=", "@", ":", ";", ","]
        let secrets: [String] = [String(url.revealed.dropFirst(origin.count))] + headers.values.map(\.revealed)
        let words = secrets.flatMap { secret -> [Substring] in
            [secret[...]] + secret.split(whereSeparator: separators.contains)
        }
        // A short word is no secret, and would tear holes into what is said.
        return words.filter { $0.count >= 6 }.sorted { $0.count > $1.count }
            .reduce(text) { $0.replacing($1, with: "…") }
    }
}

/// Whom to tell of which alerts.
package struct Notifier: Sendable, Hashable, Codable {
    package var name: String
    package var target: NotifierTarget
    package var leastSeverity: AlertSeverity
    /// Alerts that match all of these.
    package var matchers: [LabelMatcher]
    package var isEnabled: Bool
    package var timeoutSeconds: Int

    package init(
        _ name: String, _ target: NotifierTarget, leastSeverity: AlertSeverity = .warning,
        matchers: [LabelMatcher] = [], isEnabled: Bool = true, timeoutSeconds: Int = 30
    ) {
        (self.name, self.target, self.leastSeverity, self.matchers) = (name, target, leastSeverity, matchers)
        (self.isEnabled, self.timeoutSeconds) = (isEnabled, timeoutSeconds)
    }

    func wants(_ row: AlertRow) -> Bool {
        isEnabled && row.state.severity >= leastSeverity && matchers.allSatisfy { $0.matches(row.labels) }
    }
}

/// The parts of a web address that say whom we talk to.
package struct WebAddress: Sendable, Hashable {
    package let scheme: String
    package let host: String
    /// What may be shown: `https://hooks.example.org:8443`, without a name and password.
    package let origin: String

    /// nil unless it is `http://…` or `https://…` with a host.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].hasSuffix(":"), parts[1].isEmpty else { return nil }
        scheme = parts[0].dropLast().lowercased()
        guard ["http", "https"].contains(scheme) else { return nil }
        let end = parts[2].firstIndex { "?#".contains($0) } ?? parts[2].endIndex
        let authority = parts[2][..<end].split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        guard !authority.isEmpty, authority.utf8.allSatisfy({ (33...126).contains($0) }) else { return nil }
        origin = "\(scheme)://\(authority)"
        if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
            host = String(authority[...close])
        } else {
            host = String(authority.prefix { $0 != ":" })
        }
        guard !host.isEmpty else { return nil }
    }

    package var isOfThisHost: Bool { ["localhost", "[::1]"].contains(host) || host.hasPrefix("127.") }
}
