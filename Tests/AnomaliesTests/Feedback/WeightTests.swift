import DebVisorCore
import TestSupport
import Testing

@testable import Anomalies

@Suite("Weights that false alarms have lowered")
struct WeightTests {
    /// Any set of lowered evidence.
    private static func weights(_ random: inout SeededRandom) -> [Evidence: Int] {
        var counts: [Evidence: Int] = [:]
        for evidence in Evidence.allCases where Bool.random(using: &random) {
            counts[evidence] = Int.random(in: 0...4, using: &random)
        }
        return counts
    }

    private static func verdicts(
        _ rows: [(value: Double, stamp: Double)], _ weights: EvidenceWeights, limits: KnownLimits? = nil
    ) throws -> [Verdict] {
        let detector = AnomalyDetector(limits: limits, weights: weights)
        return try rows.map { try detector.score($0.value, at: $0.stamp) }
    }

    @Test("Full weights change no bit", arguments: [1, 2, 3] as [UInt64])
    func full(seed: UInt64) throws {
        let rows = Restless.series(3000, seed: seed)
        let (plain, weighed) = (AnomalyDetector(), AnomalyDetector(weights: EvidenceWeights(falseAlarms: [.range: 0])))
        for row in rows {
            #expect(try plain.score(row.value, at: row.stamp) == weighed.score(row.value, at: row.stamp))
            #expect(plain.explanation == weighed.explanation)
        }
        #expect(plain.saved() == weighed.saved())
    }

    @Test("A lower weight never surprises more, of no row", arguments: 1...6 as ClosedRange<UInt64>)
    func monotone(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let rows = Restless.series(3000, seed: seed)
        let limits = seed % 2 == 0 ? KnownLimits(-200, 300) : nil
        let more = Self.weights(&random)
        let less = more.mapValues { $0 + Int.random(in: 0...2, using: &random) }
        let high = try Self.verdicts(rows, EvidenceWeights(falseAlarms: more), limits: limits)
        let low = try Self.verdicts(rows, EvidenceWeights(falseAlarms: less), limits: limits)
        #expect(zip(high, low).allSatisfy { $0.surprise >= $1.surprise })
        #expect(zip(high, low).contains { $0.surprise > $1.surprise }, "nothing was lowered, so nothing was shown")
    }

    /// What is raised anew was only an echo before: of something as high, but for the gate's step, within its memory.
    @Test(
        "What is raised under lower weights was raised before, or just before", arguments: 1...6 as ClosedRange<UInt64>)
    func gate(seed: UInt64) throws {
        var random = SeededRandom(seed: seed &+ 100)
        let rows = Restless.series(4000, seed: seed)
        let high = try Self.verdicts(rows, .full)
        let low = try Self.verdicts(rows, EvidenceWeights(falseAlarms: Self.weights(&random)))
        for (row, verdict) in low.enumerated() where verdict.isAlert {
            let memory = high[max(0, row - 1500)...row]
            let highest = memory.filter(\.isAlert).map(\.surprise).max() ?? 0
            #expect(highest + 0.4 >= verdict.surprise, "row \(row)")
        }
    }

    @Test("Stopping and going on gives the same under lowered weights", arguments: [1, 2] as [UInt64])
    func stopAndContinue(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let weights = EvidenceWeights(falseAlarms: Self.weights(&random))
        let whole = AnomalyDetector(weights: weights)
        var parts = AnomalyDetector(weights: weights)
        for (number, row) in Restless.series(2000, seed: seed).enumerated() {
            if number % 97 == 0 { parts = try AnomalyDetector(restoring: parts.saved(), weights: weights) }
            #expect(try parts.score(row.value, at: row.stamp) == whole.score(row.value, at: row.stamp))
        }
        #expect(parts.saved() == whole.saved())
    }

    @Test("What no false alarm spoke of says as much as before")
    func otherEvidence() throws {
        let rows = Restless.series(2000, seed: 4)
        let plain = AnomalyDetector()
        let weighed = AnomalyDetector(weights: EvidenceWeights(falseAlarms: [.median25: 2, .range: 1]))
        for row in rows {
            let (one, other) = (try plain.score(row.value, at: row.stamp), try weighed.score(row.value, at: row.stamp))
            let (all, lowered) = (plain.explanation?.testimony, weighed.explanation?.testimony)
            // By itself every evidence says the same, and all that was learned is the same.
            #expect(all?.thousandths == lowered?.thousandths)
            #expect(
                all?.speakers.subtracting([.median25, .range]) == lowered?.speakers.subtracting([.median25, .range]))
            let silent = [Evidence.median25, .range].allSatisfy { all?.thousandths[$0.rawValue] == 0 }
            if silent { #expect(one.surprise == other.surprise) }
        }
    }

    @Test("A row can be judged anew from its testimony", arguments: [nil, KnownLimits(-200, 300)] as [KnownLimits?])
    func testimony(limits: KnownLimits?) throws {
        var random = SeededRandom(seed: 8)
        let weights = EvidenceWeights(falseAlarms: Self.weights(&random))
        let plain = AnomalyDetector(limits: limits)
        let weighed = AnomalyDetector(limits: limits, weights: weights)
        for row in Restless.series(2000, seed: 8) {
            let surprise = try weighed.score(row.value, at: row.stamp).surprise
            _ = try plain.score(row.value, at: row.stamp)
            let judged = try #require(plain.explanation?.testimony).surprise(under: weights)
            #expect(abs(judged - surprise) < 0.001)
        }
    }

    @Test("What is rarer than all before still is a warning, however low all weights are")
    func floor() throws {
        let lowest = EvidenceWeights(falseAlarms: Dictionary(uniqueKeysWithValues: Evidence.allCases.map { ($0, 99) }))
        #expect(Evidence.allCases.allSatisfy { lowest[$0] == 0.01 })
        let all = try #require(
            Testimony(thousandths: [Int](repeating: 6000, count: Evidence.count), weights: .full, newLevels: 0))
        #expect(abs(all.surprise(under: lowest) - 4) < 1e-9)
        #expect(all.surprise(under: lowest) > Severity.warning.surprise)
    }
}
