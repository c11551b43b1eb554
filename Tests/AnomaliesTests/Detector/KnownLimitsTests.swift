import TestSupport
import Testing

@testable import Anomalies

@Suite struct KnownLimitsTests {
    private let memory = StateMemory(capacity: 40 * 1024)

    private func limits(_ least: Double, _ most: Double) throws -> KnownLimits {
        try #require(KnownLimits(least, most))
    }

    @Test("A level is new if it is more than a sixteenth of the range from all before")
    func newLevels() throws {
        let levels = LevelMemory(try limits(-100, 100), in: memory)
        let seen = [0, 12, 25, 13, -50, -45, 300, 95, 1e9, 0].enumerated().map { levels.isNew($1, $0) }
        #expect(seen == [true, false, true, false, true, false, true, false, false, false])
    }

    @Test("However many levels there were, the memory keeps its size, and the latest")
    func memoryIsFull() throws {
        let levels = LevelMemory(try limits(0, 1), in: memory)
        var random = SeededRandom(seed: 1)
        var new = 0
        for row in 0..<10_000 where levels.isNew(Double.random(in: 0...1, using: &random), row) { new += 1 }
        #expect(new >= 6 && new < 60)
    }

    @Test("With limits a row is never less surprising, and some are more", arguments: [1, 2, 3] as [UInt64])
    func moreSurprise(seed: UInt64) throws {
        let (plain, limited) = (AnomalyDetector(), AnomalyDetector(limits: try limits(-60, 140)))
        var higher = 0
        for row in Restless.series(3000, seed: seed) {
            let before = try plain.score(row.value, at: row.stamp).surprise
            let after = try limited.score(row.value, at: row.stamp).surprise
            #expect(after >= before)
            if after > before { higher += 1 }
            if after > before { #expect(limited.explanation?.isNewLevel == true) }
        }
        #expect(higher > 0 && higher < 60)
    }

    @Test("The unit does not matter where limits are in it", arguments: [4.0, 0.25])
    func scale(factor: Double) throws {
        let (one, other) = (
            AnomalyDetector(limits: try limits(-60, 140)),
            AnomalyDetector(limits: try limits(-60 * factor, 140 * factor))
        )
        for row in Restless.series(3000, seed: 4) {
            let score = try one.score(row.value, at: row.stamp).score
            #expect(abs(try other.score(row.value * factor, at: row.stamp).score - score) <= 1e-6)
        }
    }

    @Test("A run with limits that is stopped and goes on is one run")
    func stopAndContinue() throws {
        let whole = AnomalyDetector(limits: try limits(0, 100))
        var parts = AnomalyDetector(limits: try limits(0, 100))
        for (row, each) in Restless.series(2000, seed: 7).enumerated() {
            if row % 37 == 0 { parts = try AnomalyDetector(restoring: parts.saved()) }
            #expect(try parts.score(each.value, at: each.stamp) == whole.score(each.value, at: each.stamp))
        }
        #expect(parts.saved() == whole.saved() && whole.stateSize <= 40_000)
        #expect(whole.saved().count > AnomalyDetector().saved().count)
    }
}
