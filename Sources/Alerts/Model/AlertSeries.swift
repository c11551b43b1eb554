/// What a rule looks at: one series, and what it is of.
package struct AlertSeries: Sendable, Hashable {
    /// The same for the same series, for ever.
    package var id: String
    package var metric: String
    package var tags: [String: String]
    /// For people: `up{host="a"}`.
    package var text: String
    /// What it tells of, as the topology names it: `machine:web01`.
    package var object: String?
    /// Notices of one host go together.
    package var host: String?

    package init(
        id: String, metric: String, tags: [String: String] = [:], text: String? = nil, object: String? = nil,
        host: String? = nil
    ) {
        (self.id, self.metric, self.tags, self.object, self.host) = (id, metric, tags, object, host)
        self.text = text ?? metric
    }
}

/// The name of an alert, the same for the same rule and series on every host: FNV-1a of both with 64 bits
/// (Fowler, Noll, Vo), 16 hexadecimal digits.
package struct AlertID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    package init(rule: String, series: String) { text = Fingerprint.of([rule, series]) }

    init(stored text: String) { self.text = text }

    package var description: String { text }
    package static func < (a: AlertID, b: AlertID) -> Bool { a.text < b.text }
}

enum Fingerprint {
    static func of(_ parts: [String]) -> String {
        let hash = number(parts)
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func number(_ parts: [String]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in parts {
            for byte in Array(part.utf8) + [0] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        return hash
    }
}
