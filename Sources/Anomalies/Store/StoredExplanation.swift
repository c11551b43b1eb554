import Foundation

/// An explanation as it lies in the store: JSON.
struct StoredExplanation: Codable {
    struct Evidence: Codable {
        var name: String
        var text: String
        var observed: Double?
        var expected: Double?
        var rarity: Double
    }

    var observed: Double
    var expected: Double
    var rarity: Double
    var isNewLevel: Bool
    var evidence: [Evidence]

    static func text(of explanation: Explanation) throws -> String {
        let stored = StoredExplanation(
            observed: explanation.observed, expected: explanation.expected, rarity: explanation.rarity,
            isNewLevel: explanation.isNewLevel,
            evidence: explanation.findings.map {
                Evidence(
                    name: $0.name, text: $0.text, observed: $0.observed, expected: $0.expected, rarity: $0.rarity)
            })
        return String(decoding: try JSONEncoder().encode(stored), as: UTF8.self)
    }

    static func explanation(_ text: String) throws -> Explanation {
        let stored = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
        return Explanation(
            observed: stored.observed, expected: stored.expected, rarity: stored.rarity,
            findings: stored.evidence.map {
                Explanation.Finding(
                    name: $0.name, text: $0.text, observed: $0.observed, expected: $0.expected, rarity: $0.rarity)
            }, isNewLevel: stored.isNewLevel)
    }
}
