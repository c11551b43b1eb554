import DebVisorCore
import Testing

@testable import Anomalies
@testable import CommandKit
@testable import DebVisorCommands

/// What scripts parse of findings and baselines.
@Suite struct DetectRecordTests {
    private static let label = SeriesLabel(
        id: 0x0123_4567_89AB_CDEF, metric: "node_load1", tags: ["host": "a"], text: "node_load1{host=\"a\"}")

    private static var finding: Finding {
        Finding(
            id: 17, WatchedSeries(label, isCounter: false, limits: KnownLimits(0, 100)), Sandbox.yesterday, score: 0.71,
            surprise: 4.26,
            Explanation(
                observed: 97.25, expected: 41.3, rarity: 0.00025,
                findings: [
                    .init(
                        name: "median-25", text: "the value is 97.25, in the 25 rows before about 41.3",
                        observed: 97.25,
                        expected: 41.3, rarity: 0.00025),
                    .init(
                        name: "roughness", text: "the step from row to row is, over 32 rows, 3.2 times what it was",
                        observed: nil, expected: nil, rarity: 0.01),
                ], isNewLevel: true), recordedAt: Sandbox.today)
    }

    private static var plain: Finding {
        Finding(
            WatchedSeries(label, isCounter: true), Sandbox.yesterday, score: 0.3, surprise: 1.8,
            Explanation(observed: 5, expected: 4, rarity: 1, findings: [], isNewLevel: false),
            recordedAt: Sandbox.today)
    }

    /// One that was told to be a false alarm, raised under a lowered weight.
    private static var told: Finding {
        var told = Finding(
            id: 18, finding.series, Sandbox.today, score: 0.52, surprise: 3.1,
            Explanation(
                observed: 90, expected: 40, rarity: 0.0001,
                findings: [
                    .init(name: "mean-8", text: "the mean", observed: nil, expected: nil, rarity: 0.0001, weight: 0.1)
                ], isNewLevel: false), recordedAt: Sandbox.today)
        told.falseAlarm = Finding.Told(by: "ops", at: Sandbox.today)
        return told
    }

    @Test func falseAlarms() throws {
        let alarms = [(17, ["mean-8", "median-25"]), (18, ["mean-8"]), (19, [])].map { number, evidence in
            FalseAlarm(
                finding: number, series: Self.label, time: Sandbox.yesterday.adding(milliseconds: number * 3_600_000),
                evidence: evidence, toldBy: "ops", toldAt: Sandbox.today)
        }
        try expectGoldenRecords(
            FalseAlarmRecord.records(alarms, [Self.label.id: EvidenceWeights(alarms)]), "false-alarm")
    }

    @Test func findings() throws {
        try expectGoldenRecords([Self.finding, Self.plain, Self.told].map(FindingRecord.init), "finding")
    }

    @Test func replays() throws {
        var result = SeriesReplay.Result()
        result.rows = 3000
        result.first = Sandbox.yesterday.adding(milliseconds: -6 * 86_400_000)
        result.last = Sandbox.today
        result.count = 1
        result.findings = [Self.plain]
        try expectGoldenRecords(
            [
                ReplayRecord(metric: "node_load1", threshold: 0.3, replays: [result]),
                ReplayRecord(metric: "node_load1", threshold: 0.65, replays: [SeriesReplay.Result()]),
            ], "replay")
    }

    @Test func baselines() throws {
        let samples = (0..<96).map { hour -> BaselineSample in
            let time = Sandbox.yesterday.adding(milliseconds: Int64(hour - 96) * 3_600_000)
            return BaselineSample(time, Double(hour % 24))
        }
        let long = SavedBaseline(Self.label, isCounter: false, try Baseline(of: samples), at: Sandbox.today)
        let short = SavedBaseline(
            Self.label, isCounter: true, try Baseline(of: Array(samples.prefix(1))), at: Sandbox.today)
        try expectGoldenRecords([long, short].map(BaselineRecord.init), "baseline")
        try expectGoldenRecords(
            [
                BaselineOutcome(label: Self.label, status: .created, samples: 96, lacks: []),
                BaselineOutcome(
                    label: Self.label, status: .lacking, samples: 1, lacks: ["1 of 100 samples", "0 of 1 day"]),
            ], "baseline-outcome")
        try expectGoldenRecords([DeletedBaseline(label: Self.label)], "deleted-baseline")
    }
}
