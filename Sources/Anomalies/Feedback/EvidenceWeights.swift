/// How much each evidence of one series counts: 1, or less where it spoke for what people told to be false alarms.
///
/// A weight divides into the probability: evidence with the weight 0.1 says of one row in 10,000 what it said of one in 1,000
/// before (weighted p-values: Holm 1979; Genovese, Roeder and Wasserman, Biometrika 93, 2006). Each false alarm takes it to a
/// tenth, down to a hundredth: what is rarer than all that is told apart still surprises by 4 of 6, a warning.
package struct EvidenceWeights: Sendable, Hashable {
    /// The decimal logarithm of 1/weight, in the order of `Evidence`.
    private(set) var decades: [UInt8]

    /// So many false alarms count.
    static let mostDecades: UInt8 = 2

    /// All evidence counts in full.
    package static let full = EvidenceWeights(decades: [UInt8](repeating: 0, count: Evidence.count))

    private init(decades: [UInt8]) { self.decades = decades }

    /// - Parameter falseAlarms: how often each evidence spoke for one.
    init(falseAlarms: [Evidence: Int]) {
        self = .full
        for (evidence, count) in falseAlarms {
            decades[evidence.rawValue] = UInt8(Swift.min(Swift.max(count, 0), Int(Self.mostDecades)))
        }
    }

    /// Nil unless there are as many as there is evidence, each one that a weight can have.
    init?(stored: [Int]) {
        guard stored.count == Evidence.count, stored.allSatisfy({ 0...Int(Self.mostDecades) ~= $0 }) else { return nil }
        decades = stored.map { UInt8($0) }
    }

    package var isFull: Bool { !decades.contains { $0 > 0 } }

    /// More than 0, at most 1.
    subscript(evidence: Evidence) -> Double { Self.weight(decades[evidence.rawValue]) }

    /// That of the evidence of this name; 1 if there is none.
    package func weight(of name: String) -> Double { Evidence(name: name).map { self[$0] } ?? 1 }

    /// By how much a surprise is less.
    func penalty(of evidence: Evidence) -> Double { Double(decades[evidence.rawValue]) }

    /// Dividing by a power of ten gives the shortest text.
    private static func weight(_ decades: UInt8) -> Double { 1 / (0..<decades).reduce(1.0) { power, _ in power * 10 } }

    /// The evidence that counts less, in its order, with its weights.
    package var lowered: [LoweredEvidence] {
        Evidence.allCases.filter { decades[$0.rawValue] > 0 }.map { LoweredEvidence(name: $0.name, weight: self[$0]) }
    }
}

/// An evidence of a series that counts less than 1.
package struct LoweredEvidence: Sendable, Hashable {
    /// In records: `median-25`.
    package let name: String
    package let weight: Double
}

extension Evidence {
    private static let named = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

    /// Nil for the name of none.
    init?(name: String) {
        guard let evidence = Self.named[name] else { return nil }
        self = evidence
    }
}
