import DebVisorCore
import Glibc
import TestSupport
import Testing

@testable import Anomalies

/// What feedback is for: work that is harmless, comes at odd hours and is told to be a false alarm, and a fault among it.
@Suite("Harmless work that was told to be harmless")
struct BenignJobTests {
    /// Series of this kind; `SOAK` in the environment makes them two hundred.
    static let seeds = getenv("SOAK") == nil ? 12 : 200
    private static let days = 24
    private static let perDay = 288

    /// Noise around a level, every other day or so a burst of an hour at any time; in the last day a fault, five times as high.
    private static func series(seed: UInt64) -> (values: [Double], bursts: Set<Int>, fault: Int) {
        var random = SeededRandom(seed: seed)
        var values = (0..<days * perDay).map { _ in 20 + Noise.normal(using: &random) }
        var bursts: Set<Int> = []
        for day in 4..<days - 1 where Int.random(in: 0..<2, using: &random) == 0 {
            let start = day * perDay + Int.random(in: 0..<perDay - 12, using: &random)
            let height = Double.random(in: 6...20, using: &random)
            for row in start..<start + 12 { values[row] += height }
            bursts.formUnion(start..<start + 40)
        }
        let fault = (days - 1) * perDay + 100
        for row in fault..<values.count { values[row] += 100 }
        return (values, bursts, fault)
    }

    /// Scores the series; with feedback each finding in a burst is told to be false at once.
    /// - Returns: alarms for bursts from twelve hours after the first one on, which nobody could have told to be false before;
    ///   the worst that was raised of the fault.
    private static func alarms(seed: UInt64, hasFeedback: Bool) throws -> (repeats: Int, fault: Severity?) {
        let (values, bursts, fault) = series(seed: seed)
        var told: [FalseAlarm] = []
        var detector = AnomalyDetector()
        var (count, worst, first) = (0, Severity?.none, Int?.none)
        for (row, value) in values.enumerated() {
            let time = Timestamp(milliseconds: Int64(row) * 300_000)
            let verdict = try detector.score(value, at: Double(row) * 300)
            guard let severity = verdict.severity else { continue }
            if row >= fault { worst = max(worst ?? severity, severity) }
            guard bursts.contains(row) else { continue }
            if let first, row - first >= perDay / 2 { count += 1 }
            first = first ?? row
            guard hasFeedback, let explanation = detector.explanation else { continue }
            let finding = Finding(
                DetectionFixture.watched(), time, score: verdict.score, surprise: verdict.surprise, explanation,
                recordedAt: time)
            told.append(
                FalseAlarm(
                    finding: Int64(row), series: finding.series.label, time: time, evidence: finding.speakers,
                    toldBy: "ops", toldAt: time))
            detector = try AnomalyDetector(restoring: detector.saved(), weights: EvidenceWeights(told))
        }
        return (count, worst)
    }

    @Test func fewerFalseAlarmsAndTheSameFaults() throws {
        var (plain, told) = ((repeats: 0, raised: 0, warned: 0), (repeats: 0, raised: 0, warned: 0))
        for seed in 1...UInt64(Self.seeds) {
            for hasFeedback in [false, true] {
                let (repeats, fault) = try Self.alarms(seed: seed, hasFeedback: hasFeedback)
                let isWarning = fault.map { $0 >= .warning } ?? false
                let counts = (repeats, fault == nil ? 0 : 1, isWarning ? 1 : 0)
                if hasFeedback {
                    told = (told.repeats + counts.0, told.raised + counts.1, told.warned + counts.2)
                } else {
                    plain = (plain.repeats + counts.0, plain.raised + counts.1, plain.warned + counts.2)
                }
            }
        }
        if getenv("SOAK") != nil { print("without feedback \(plain), with \(told), of \(Self.seeds) faults") }
        #expect(plain.repeats >= Self.seeds && told.repeats * 2 <= plain.repeats, "\(plain) \(told)")
        #expect(plain.warned == Self.seeds && told.raised == Self.seeds && told.warned * 10 >= Self.seeds * 9)
    }
}
