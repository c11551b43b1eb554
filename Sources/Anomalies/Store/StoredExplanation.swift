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

    /// What `Testimony` holds; without weights all count in full, without new levels there were none.
    struct Surprises: Codable {
        var thousandths: [Int]
        var decades: [Int]?
        var newLevels: Int?
    }

    var observed: Double
    var expected: Double
    var rarity: Double
    var isNewLevel: Bool
    var evidence: [Evidence]
    var surprises: Surprises?

    static func text(of explanation: Explanation) throws -> String {
        let stored = StoredExplanation(
            observed: explanation.observed, expected: explanation.expected, rarity: explanation.rarity,
            isNewLevel: explanation.isNewLevel,
            evidence: explanation.findings.map {
                Evidence(
                    name: $0.name, text: $0.text, observed: $0.observed, expected: $0.expected, rarity: $0.rarity)
            }, surprises: explanation.testimony.map(Surprises.init))
        return String(decoding: try JSONEncoder().encode(stored), as: UTF8.self)
    }

    static func explanation(_ text: String) throws -> Explanation {
        let stored = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
        let testimony = stored.surprises?.testimony
        return Explanation(
            observed: stored.observed, expected: stored.expected, rarity: stored.rarity,
            findings: stored.evidence.map { one in
                let evidence = Anomalies.Evidence(name: one.name)
                return Explanation.Finding(
                    name: one.name, text: one.text, observed: one.observed, expected: one.expected, rarity: one.rarity,
                    weight: evidence.flatMap { testimony?.weights[$0] } ?? 1)
            }, isNewLevel: stored.isNewLevel, testimony: testimony)
    }
}

extension StoredExplanation.Surprises {
    init(_ testimony: Testimony) {
        thousandths = testimony.thousandths.map(Int.init)
        decades = testimony.weights.isFull ? nil : testimony.weights.decades.map(Int.init)
        newLevels = testimony.newLevels > 0 ? testimony.newLevels : nil
    }

    var testimony: Testimony? {
        guard let weights = decades.map(EvidenceWeights.init(stored:)) ?? .full else { return nil }
        return Testimony(thousandths: thousandths, weights: weights, newLevels: newLevels ?? 0)
    }
}
