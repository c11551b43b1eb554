import DebVisorCore
import TestSupport
import Testing

@testable import Anomalies

@Suite struct DetectorTests {
    static let seeds: [UInt64] = [1, 2, 3, 4]

    private func scores(_ rows: [(value: Double, stamp: Double)], times factor: Double = 1) throws -> [Double] {
        let detector = AnomalyDetector()
        return try rows.map { try detector.score($0.value * factor, at: $0.stamp).score }
    }

    @Test("The scores of a beginning are those of the whole: nothing looks ahead", arguments: seeds)
    func prefix(seed: UInt64) throws {
        let rows = Restless.series(4000, seed: seed)
        let whole = try scores(rows)
        for end in [1, 19, 20, 64, 700, 2500] {
            // What would follow is another thing altogether.
            #expect(try scores(Array(rows[..<end])) == Array(whole[..<end]))
        }
        #expect(whole.contains { $0 > Severity.warning.score }, "nothing was found, so nothing was shown")
    }

    @Test("The unit does not matter", arguments: seeds, [4.0, 0.25, 1024, 1 / 1_048_576.0])
    func scale(seed: UInt64, factor: Double) throws {
        let rows = Restless.series(3000, seed: seed)
        for (one, other) in zip(try scores(rows), try scores(rows, times: factor)) {
            #expect(abs(one - other) <= 1e-6)
        }
    }

    @Test(
        "What never changes scores nothing", arguments: [0, -0.0, 1, -273.15, 0.1, 1e-9, 1e300, .leastNonzeroMagnitude])
    func constant(value: Double) throws {
        let detector = AnomalyDetector()
        for row in 0..<5000 {
            let verdict = try detector.score(value, at: Double(row * 300))
            guard verdict.score == 0, !verdict.isAlert else {
                Issue.record("row \(row) of \(value) scores \(verdict.score)")
                return
            }
        }
    }

    @Test("A number that is none is refused, and nothing is learned from it")
    func refused() throws {
        let rows = Restless.series(600, seed: 9)
        let (plain, disturbed) = (AnomalyDetector(), AnomalyDetector())
        for row in rows {
            for value in [Double.nan, .infinity, -.infinity, .signalingNaN] {
                #expect(throws: Fault.self) { try disturbed.score(value, at: row.stamp) }
            }
            #expect(throws: Fault.self) { try disturbed.score(1, at: .nan) }
            #expect(throws: Fault.self) { try disturbed.score(1, at: 1e18) }
            let verdict = try plain.score(row.value, at: row.stamp)
            #expect(try disturbed.score(row.value, at: row.stamp) == verdict)
        }
        #expect(plain.saved() == disturbed.saved())
    }

    @Test("Numbers of any size have a score")
    func anySize() throws {
        var random = SeededRandom(seed: 5)
        let detector = AnomalyDetector()
        for row in 0..<20_000 {
            // Any bits: all exponents are alike.
            var value = Double(bitPattern: random.next())
            if !value.isFinite { value = row % 2 == 0 ? .greatestFiniteMagnitude : -.leastNonzeroMagnitude }
            let verdict = try detector.score(value, at: Double.random(in: -1e15...1e15, using: &random))
            #expect((0...1).contains(verdict.score) && (0...6).contains(verdict.surprise))
        }
        _ = try AnomalyDetector(restoring: detector.saved())
    }

    @Test("Stamps that stand still or go back are told, and their rows judged")
    func order() throws {
        let detector = AnomalyDetector()
        let stamps: [Double] = [-100, -100, 50.5, 50.25, 1e9, 1e9]
        let orders = try stamps.map { try detector.score(1, at: $0).order }
        #expect(orders == [.forward, .equal, .forward, .backward, .forward, .equal])
        #expect(detector.rows == 6)
    }

    @Test("An alert shows once; what follows is quiet unless it is clearly higher")
    func alertsOnce() throws {
        let detector = AnomalyDetector()
        var random = SeededRandom(seed: 3)
        var alerts: [Int] = []
        for row in 0..<1200 {
            let value = 10 + Noise.normal(using: &random) + (row >= 1000 ? 40 : 0)
            let verdict = try detector.score(value, at: Double(row * 60))
            if row >= 1000, let severity = verdict.severity, severity >= .warning { alerts.append(row) }
            #expect(verdict.isAlert || verdict.score <= 0.05)
        }
        #expect(alerts.first.map { $0 < 1004 } == true)
        #expect(alerts.count <= 4)
    }

    @Test("A series has at most 40 KB")
    func size() { #expect(AnomalyDetector().stateSize <= 40_000) }

    @Test(
        "Scores and levels are one scale",
        arguments: [(0.0, nil), (0.49, nil), (0.5, .info), (0.649, .info), (0.65, .warning), (0.767, .critical)]
            as [(Double, Severity?)])
    func levels(score: Double, level: Severity?) { #expect(Severity(score: score) == level) }
}
