import Glibc
import Testing

@testable import Anomalies

/// Noise has no anomalies: what is told of it is a false alarm.
@Suite struct FalseAlarmTests {
    /// As many series of each kind; `SOAK` in the environment makes them a hundred.
    static let seeds = getenv("SOAK") == nil ? 4 : 100
    static let weeks = 2

    @Test("At most one false alarm at warning a series and week, one row a minute", arguments: Noise.allCases)
    func falseAlarms(noise: Noise) throws {
        var alarms = 0
        for seed in 1...Self.seeds {
            let detector = AnomalyDetector()
            for (row, value) in noise.series(Self.weeks * 7 * 1440, seed: UInt64(seed)).enumerated() {
                let verdict = try detector.score(value, at: 1_700_000_000 + Double(row * 60))
                if let severity = verdict.severity, severity >= .warning { alarms += 1 }
            }
        }
        let rate = Double(alarms) / Double(Self.seeds * Self.weeks)
        if getenv("SOAK") != nil { print("\(noise): \(rate) false alarms a series and week") }
        #expect(rate <= 1)
    }
}
