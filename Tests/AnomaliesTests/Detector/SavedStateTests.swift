import DebVisorCore
import TestSupport
import Testing

@testable import Anomalies

@Suite struct SavedStateTests {
    @Test("A run that is stopped anywhere and goes on is one run", arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func stopAndContinue(seed: UInt64) throws {
        let rows = Restless.series(3000, seed: seed)
        let whole = AnomalyDetector()
        var parts = AnomalyDetector()
        var random = SeededRandom(seed: seed)
        for row in rows {
            // Often at first, where trackers begin one by one.
            if Int.random(in: 0..<(whole.rows < 150 ? 3 : 100), using: &random) == 0 {
                let saved = parts.saved()
                parts = try AnomalyDetector(restoring: saved)
                #expect(parts.saved() == saved)
            }
            #expect(try parts.score(row.value, at: row.stamp) == whole.score(row.value, at: row.stamp))
        }
        #expect(parts.saved() == whole.saved())
    }

    @Test("Weights that were scaled back are saved as well")
    func longRun() throws {
        let (whole, first) = (AnomalyDetector(), AnomalyDetector())
        let rows = Noise.autoregressive.series(165_000, seed: 1)
        for (row, value) in rows[..<160_500].enumerated() {
            _ = try whole.score(value, at: Double(row * 60))
            _ = try first.score(value, at: Double(row * 60))
        }
        let second = try AnomalyDetector(restoring: first.saved())
        for row in 160_500..<rows.count {
            #expect(try whole.score(rows[row], at: Double(row * 60)) == second.score(rows[row], at: Double(row * 60)))
        }
    }

    @Test("Limits are part of the state")
    func limits() throws {
        let detector = AnomalyDetector(limits: KnownLimits(0, 100))
        #expect(try AnomalyDetector(restoring: detector.saved()).limits == KnownLimits(0, 100))
        #expect(KnownLimits(1, 1) == nil)
        #expect(KnownLimits(0, .infinity) == nil)
        #expect(KnownLimits(.nan, 1) == nil)
        #expect(KnownLimits(-.greatestFiniteMagnitude, .greatestFiniteMagnitude) == nil)
    }

    private func state() throws -> [UInt8] {
        let detector = AnomalyDetector()
        for row in Restless.series(500, seed: 1) { _ = try detector.score(row.value, at: row.stamp) }
        return detector.saved()
    }

    @Test("A state with a byte changed is refused")
    func changed() throws {
        let saved = try state()
        for place in stride(from: 0, to: saved.count, by: 7) {
            var damaged = saved
            damaged[place] ^= 1 << UInt8(place % 8)
            #expect(throws: Fault.self, "byte \(place)") { try AnomalyDetector(restoring: damaged) }
        }
    }

    @Test("A state that is cut off or longer is refused")
    func length() throws {
        let saved = try state()
        for count in [0, 1, 4, 31, 32, 36, saved.count / 2, saved.count - 1] {
            #expect(throws: Fault.self) { try AnomalyDetector(restoring: Array(saved[..<count])) }
        }
        #expect(throws: Fault.self) { try AnomalyDetector(restoring: saved + [0]) }
    }

    @Test("Whatever carries a right checksum can be scored with, or is refused", arguments: [1, 2, 3] as [UInt64])
    func forged(seed: UInt64) throws {
        let saved = try state()
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            var forged = saved
            for _ in 0..<20 {
                forged[Int.random(in: 32..<saved.count - 4, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            SavedState.seal(&forged)
            guard let detector = try? AnomalyDetector(restoring: forged) else { continue }
            for row in Restless.series(100, seed: seed) {
                let verdict = try detector.score(row.value, at: row.stamp)
                #expect((0...1).contains(verdict.score))
            }
        }
    }

    /// Made of whole numbers: logarithms and sines of C libraries differ in their last digits.
    private func locked(_ limits: KnownLimits?) throws -> [UInt8] {
        let detector = AnomalyDetector(limits: limits)
        var random = SeededRandom(seed: 1)
        for row in 0..<3000 {
            let level = row < 2000 ? 320 : 400
            let value = Double(level + Int.random(in: -32...32, using: &random) + row / 12 % 24) / 8
            _ = try detector.score(row % 700 == 699 ? 3 * value : value, at: Double(1_700_000_000 + row * 300))
        }
        return detector.saved()
    }

    /// A change of one of these is another format, or other scores: it needs another version.
    @Test(
        "The format and the scores of version 1 stay what they are, on every machine",
        arguments: [(nil, 34_300, 4_021_909_561), (KnownLimits(0, 200), 35_844, 3_422_485_415)]
            as [(KnownLimits?, Int, UInt32)])
    func format(limits: KnownLimits?, size: Int, checksum: UInt32) throws {
        let saved = try locked(limits)
        #expect(saved.count == size)
        #expect(Array(saved[..<8]) == Array("DVAD".utf8) + [1, 0, 0, 0])
        let found = saved.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        #expect(found == checksum)
    }
}
