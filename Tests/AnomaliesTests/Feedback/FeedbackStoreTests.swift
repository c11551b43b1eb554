import DebVisorCore
import Testing

@testable import Anomalies

@Suite("False alarms in their store")
struct FeedbackStoreTests {
    private static let told = DetectionFixture.now

    /// A store in which a run has found things in two series.
    private func found(_ count: Int = 3000) throws -> (DetectionFixture, [Finding]) {
        let fixture = try DetectionFixture()
        for id in [1, 2] as [UInt64] {
            try fixture.run(DetectionFixture.watched(id), DetectionFixture.samples(count, seed: 5))
        }
        let findings = try fixture.findings().filter { $0.series.label.id == 1 }
        try #require(findings.count >= 4)
        return (fixture, findings)
    }

    private func tell(
        _ fixture: DetectionFixture, _ from: Finding, _ until: Finding? = nil, at time: Timestamp = told
    ) throws -> FalseAlarmChange? {
        try fixture.store.tellFalse(
            from.series.label.id, from: from.time, until: (until ?? from).time, by: "ops", at: time)
    }

    @Test func whatSpokeCountsATenth() throws {
        let (fixture, findings) = try found()
        let one = try #require(findings.last)
        let change = try #require(try tell(fixture, one))
        #expect(change.isNew && change.findings.map(\.id) == [one.id] && change.before.isFull)
        #expect(!one.speakers.isEmpty)
        for name in Evidence.allCases.map(\.name) {
            #expect(change.after.weight(of: name) == (one.speakers.contains(name) ? 0.1 : 1))
        }
        #expect(try #require(one.score(under: change.after)) < one.score)
        #expect(try fixture.store.weights() == [1: change.after], "other series are as they were")
        let stored = try fixture.store.finding("\(one.id)")
        #expect(stored.falseAlarm == Finding.Told(by: "ops", at: Self.told))
        #expect(stored.essence == one.essence)
    }

    @Test func theSameTwiceCountsOnce() throws {
        let (fixture, findings) = try found()
        let first = try #require(try tell(fixture, findings[0]))
        let again = try #require(
            try fixture.store.tellFalse(1, from: findings[0].time, until: findings[0].time, by: "eve", at: Self.told))
        #expect(!again.isNew && again.known.map(\.toldBy) == ["ops"])
        #expect(again.before == first.after && again.after == first.after)
        #expect(try fixture.store.falseAlarms().count == 1)
    }

    @Test func stretchesThatOverlapAreOneWhateverTheirOrder() throws {
        var stores: [[UInt64: EvidenceWeights]] = []
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            let (fixture, findings) = try found()
            let last = findings.count - 1
            let stretches = [(0, last / 2), (last / 3, last), (last / 2, last / 2)]
            for place in order {
                _ = try tell(fixture, findings[stretches[place].0], findings[stretches[place].1])
            }
            #expect(try fixture.store.falseAlarms().map(\.finding) == findings.map(\.id))
            stores.append(try fixture.store.weights())
        }
        #expect(stores[0] == stores[1] && stores[0] == stores[2])
    }

    @Test func whereNothingWasFoundNothingIsTold() throws {
        let (fixture, findings) = try found()
        let before = findings[0].time.adding(milliseconds: -1)
        #expect(try fixture.store.tellFalse(1, from: before, until: before, by: "ops", at: Self.told) == nil)
        #expect(
            try fixture.store.tellFalse(
                99, from: Timestamp(milliseconds: 0), until: Self.told, by: "ops", at: Self.told) == nil)
        #expect(try fixture.store.falseAlarms().isEmpty)
    }

    @Test func whatIsTakenBackNeverWas() throws {
        let (fixture, findings) = try found()
        _ = try tell(fixture, findings[0])
        let one = try fixture.store.weights()
        _ = try tell(fixture, findings[3])
        try fixture.store.deleteFalseAlarms(of: [findings[3].id, 4711])
        #expect(try fixture.store.weights() == one)
        try fixture.store.deleteFalseAlarms(of: [findings[0].id])
        #expect(try fixture.store.weights().isEmpty)
        #expect(try fixture.store.finding("\(findings[0].id)").falseAlarm == nil)
    }

    /// Series that are gone are forgotten, what was told of them is not; nor when findings are.
    @Test func whatWasToldOutlivesSeriesAndFindings() throws {
        let fixture = try DetectionFixture(mostFindings: 2)
        try fixture.run(DetectionFixture.watched(), DetectionFixture.samples(1500, seed: 5))
        let one = try #require(try fixture.findings().first)
        _ = try tell(fixture, one)
        let weights = try fixture.store.weights()
        _ = try fixture.store.forget(allBut: [], scoredBefore: DetectionFixture.now.adding(milliseconds: 1))
        try fixture.run(DetectionFixture.watched(2), DetectionFixture.samples(3000, seed: 6))
        #expect(throws: Fault.self) { try fixture.store.finding("\(one.id)") }
        #expect(try fixture.store.weights() == weights)
        #expect(try fixture.store.falseAlarms().map(\.finding) == [one.id])
    }

    /// Runs with weights: whole, in parts, and learned anew.
    @Test func runsGoOnUnderTheWeightsThatThereAre() throws {
        let series = DetectionFixture.watched()
        let samples = DetectionFixture.samples(4000, seed: 5)
        let weights = EvidenceWeights(falseAlarms: [.median9: 1, .average10: 2, .mean4: 1, .slowLevel: 1])
        func state(_ parts: [Int], anew: Bool = false) throws -> ([UInt8]?, [String]) {
            let fixture = try DetectionFixture()
            for (number, part) in parts.enumerated() {
                let progress = try fixture.store.progress(of: [1])[1]
                let pass = SeriesPass(
                    series, progress, state: try fixture.store.state(of: 1), weights: weights, recordFrom: nil,
                    anew: anew && number == parts.count - 1, at: DetectionFixture.now)
                let after = pass.readAfter?.milliseconds ?? .min
                for sample in samples.prefix(part) where sample.time > after {
                    try pass.take(Timestamp(milliseconds: sample.time), sample.value, isEnd: false)
                }
                let outcome = pass.finish(count: part, first: Timestamp(milliseconds: samples[0].time))
                _ = try fixture.store.record(outcome.map { [$0] } ?? [], at: DetectionFixture.now)
            }
            return (try fixture.store.state(of: 1), try fixture.findings().map(\.essence))
        }
        let whole = try state([4000])
        #expect(try state([1000, 1001, 2500, 4000]) == whole)
        #expect(try state([1000, 4000, 4000], anew: true) == whole)
        #expect(whole.1.contains { $0.contains("weight: 0.1") })
    }

    /// What a finding of an earlier version lacks.
    @Test func findingsWithoutTestimony() throws {
        let explanation = Explanation(
            observed: 9, expected: 1, rarity: 0.0001,
            findings: [.init(name: "mean-8", text: "high", observed: nil, expected: nil, rarity: 0.0001)],
            isNewLevel: false)
        let text = try StoredExplanation.text(of: explanation)
        #expect(!text.contains("surprises"))
        let read = try StoredExplanation.explanation(text)
        #expect(read == explanation)
        let finding = Finding(
            DetectionFixture.watched(), Self.told, score: 0.7, surprise: 4.2, read, recordedAt: Self.told)
        #expect(finding.speakers == ["mean-8"])
        #expect(finding.score(under: .full) == nil)
    }
}
