import DebVisorCore
import Platform
import Storage
import Testing

@testable import Anomalies

@Suite("Runs over stored series")
struct DetectionTests {
    /// The store changes nothing about what the detector says.
    @Test("A run is what the detector says", arguments: [false, true])
    func plain(isCounter: Bool) throws {
        let fixture = try DetectionFixture()
        let series = DetectionFixture.watched(isCounter: isCounter)
        let samples = DetectionFixture.samples(3000, seed: 3, isCounter: isCounter)
        let recorded = try fixture.run(series, samples).recorded.findings
        let detector = AnomalyDetector()
        var source = RowSource(isCounter: isCounter)
        var expected: [Int64] = []
        for sample in samples {
            guard let row = source.row(sample.time, sample.value, isEnd: false) else { continue }
            let verdict = try detector.score(row, at: Double(sample.time) / 1000)
            if verdict.severity != nil { expected.append(sample.time) }
        }
        #expect(expected.count > 2)
        #expect(recorded.map(\.time.milliseconds) == expected)
        #expect(try fixture.findings() == recorded)
        #expect(try fixture.store.state(of: 1) == detector.saved())
    }

    @Test(
        "A run after every few samples finds what one over all does",
        arguments: [1, 7, 50, 999] as [Int], [false, true])
    func stopAndContinue(step: Int, isCounter: Bool) throws {
        let samples = DetectionFixture.samples(step == 1 ? 600 : 3000, seed: 5, isCounter: isCounter)
        let (whole, parts) = (try DetectionFixture(), try DetectionFixture())
        let series = DetectionFixture.watched(isCounter: isCounter, limits: KnownLimits(0, 100))
        try whole.run(series, samples)
        for end in stride(from: step, to: samples.count + step, by: step) {
            try parts.run(series, Array(samples.prefix(end)))
        }
        #expect(try whole.findings().count > 0)
        #expect(try parts.findings().map(\.essence) == whole.findings().map(\.essence))
        #expect(try parts.store.state(of: 1) == whole.store.state(of: 1))
    }

    @Test func twiceRaisesNothingTwice() throws {
        let fixture = try DetectionFixture()
        let samples = DetectionFixture.samples(3000, seed: 1)
        let first = try fixture.run(DetectionFixture.watched(), samples)
        #expect(!first.recorded.findings.isEmpty)
        let second = try fixture.run(DetectionFixture.watched(), samples)
        #expect(second.outcome == nil)
        let progress = try #require(try fixture.store.progress(of: [1])[1])
        #expect(!progress.mayHaveNews(count: 3000, last: Timestamp(milliseconds: samples[2999].time)))
        #expect(try fixture.findings().count == first.recorded.findings.count)
    }

    @Test func findingsOfThePastAreLearnedFromOnly() throws {
        let (whole, fixture) = (try DetectionFixture(), try DetectionFixture())
        let samples = DetectionFixture.samples(3000, seed: 1)
        let all = try whole.run(DetectionFixture.watched(), samples).recorded.findings
        let border = all[all.count / 2].time
        let run = try fixture.run(DetectionFixture.watched(), samples, recordFrom: border)
        #expect(run.recorded.findings.map(\.essence) == all[(all.count / 2)...].map(\.essence))
        #expect(run.outcome?.unrecorded == all.count / 2)
    }

    @Test func whatCameLateIsCountedAndNotScored() throws {
        let fixture = try DetectionFixture()
        let series = DetectionFixture.watched()
        var samples = DetectionFixture.samples(500, seed: 2)
        try fixture.run(series, samples)
        let state = try fixture.store.state(of: 1)
        samples.insert((samples[100].time + 1, 1e6), at: 101)
        samples.insert((samples[50].time + 1, 1e6), at: 51)
        let late = try fixture.run(series, samples)
        #expect(late.outcome?.late == 2)
        #expect(late.outcome?.rows == 0)
        #expect(try fixture.store.state(of: 1) == state)
        // Told once.
        #expect(try fixture.run(series, samples).outcome == nil)
        samples.append((samples[501].time + 60_000, 41))
        #expect(try fixture.run(series, samples).outcome?.late == 0)
        // What the retention takes is nothing that came.
        samples.removeFirst(100)
        samples.insert((samples[100].time + 1, 1), at: 101)
        #expect(try fixture.run(series, samples).outcome?.late == 0)
        #expect(try fixture.findings().allSatisfy { $0.explanation.observed != 1e6 })
    }

    @Test func samplesOfTheFutureWait() throws {
        let (fixture, whole) = (try DetectionFixture(), try DetectionFixture())
        let series = DetectionFixture.watched()
        let samples = DetectionFixture.samples(1000, seed: 2)
        let early = Timestamp(milliseconds: samples[700].time - SeriesPass.farthestAhead)
        let first = try fixture.run(series, samples, at: early)
        #expect(first.outcome?.ahead == 299)
        #expect(first.outcome?.rows == 701)
        #expect(try fixture.run(series, samples, at: early).outcome == nil)
        let second = try fixture.run(series, samples)
        #expect(second.outcome?.rows == 299)
        #expect(second.outcome?.late == 0)
        try whole.run(series, samples)
        #expect(try fixture.store.state(of: 1) == whole.store.state(of: 1))
        let none = try DetectionFixture()
        #expect(try none.run(series, samples, at: Timestamp(milliseconds: 0)).outcome?.ahead == 1000)
        #expect(try none.store.progress(of: [1]).isEmpty)
    }

    @Test("A state that cannot be read is learned anew, and nothing is lost or found twice", arguments: [false, true])
    func damagedState(isGone: Bool) throws {
        let (fixture, whole) = (try DetectionFixture(), try DetectionFixture())
        let series = DetectionFixture.watched()
        let samples = DetectionFixture.samples(3000, seed: 1)
        try fixture.run(series, Array(samples.prefix(1500)))
        var progress = try #require(try fixture.store.progress(of: [1])[1])
        let revision = progress.revision
        progress.revision += 1
        let damaged = SeriesOutcome(
            series: series, before: revision, progress: progress,
            state: isGone ? [] : Array(repeating: 0, count: 34_000))
        #expect(try fixture.store.record([damaged], at: DetectionFixture.now).overtaken.isEmpty)
        let run = try fixture.run(series, samples)
        #expect(run.outcome?.restart == .damaged)
        try whole.run(series, samples)
        #expect(try fixture.findings().map(\.essence) == whole.findings().map(\.essence))
        #expect(try fixture.store.state(of: 1) == whole.store.state(of: 1))
    }

    @Test func learnedAnewFindsNothingAgain() throws {
        let fixture = try DetectionFixture()
        let series = DetectionFixture.watched()
        let samples = DetectionFixture.samples(3000, seed: 1)
        let before = try fixture.run(series, samples).recorded.findings.count
        let run = try fixture.run(series, samples, anew: true)
        #expect(run.outcome?.restart == .wanted)
        #expect(try fixture.findings().count == before)
        #expect(try fixture.store.progress(of: [1])[1]?.rows == 3000)
    }

    @Test func newLimitsAreFollowedOnceADay() throws {
        let fixture = try DetectionFixture()
        let samples = DetectionFixture.samples(1000, seed: 1)
        let start = Timestamp(milliseconds: samples[999].time)
        let series = DetectionFixture.watched(limits: KnownLimits(0, 200))
        try fixture.run(DetectionFixture.watched(limits: KnownLimits(0, 100)), samples, at: start)
        let soon = try #require(try fixture.store.progress(of: [1])[1])
        #expect(!soon.isOutdated(for: series, at: start.adding(milliseconds: 3_600_000)))
        #expect(soon.isOutdated(for: series, at: start.adding(milliseconds: 86_400_000)))
        let run = try fixture.run(series, samples, at: start.adding(milliseconds: 86_400_000))
        #expect(run.outcome?.restart == .changed)
        #expect(
            try AnomalyDetector(restoring: try #require(try fixture.store.state(of: 1))).limits == KnownLimits(0, 200))
        #expect(soon.isOutdated(for: DetectionFixture.watched(isCounter: true), at: start))
    }

    @Test func findingsOfSeriesThatWereForgottenAreNotRepeated() throws {
        let fixture = try DetectionFixture()
        let samples = DetectionFixture.samples(3000, seed: 1)
        let before = try fixture.run(DetectionFixture.watched(), samples).recorded.findings.count
        let early = DetectionFixture.now
        #expect(try fixture.store.forget(allBut: [], scoredBefore: early) == 0)
        #expect(try fixture.store.forget(allBut: [1], scoredBefore: early.adding(milliseconds: 1)) == 0)
        #expect(try fixture.store.forget(allBut: [], scoredBefore: early.adding(milliseconds: 1)) == 1)
        #expect(try fixture.store.state(of: 1) == nil)
        #expect(try fixture.findings().count == before)
        #expect(try fixture.run(DetectionFixture.watched(), samples).recorded.findings.isEmpty)
        #expect(try fixture.findings().count == before)
    }

    /// Four at once over a series that grows: whoever comes second drops what it made.
    @Test func runsAtTheSameTime() throws {
        let (fixture, whole) = (try DetectionFixture(), try DetectionFixture())
        let samples = DetectionFixture.samples(2000, seed: 1)
        let ids: [UInt64] = [1, 2, 3]
        let state = fixture.state
        try Worker.run(4) { worker in
            let store = AnomalyStore(try Store.open(AnomalyStore.store, in: state))
            for end in stride(from: 100 + 10 * worker, to: 2000, by: 100) {
                var outcomes: [SeriesOutcome] = []
                let progress = try store.progress(of: ids)
                for id in ids {
                    let states = try store.state(of: id)
                    let pass = SeriesPass(
                        DetectionFixture.watched(id), progress[id], state: states, recordFrom: nil, anew: false,
                        at: DetectionFixture.now)
                    let after = pass.readAfter?.milliseconds ?? .min
                    for sample in samples.prefix(end) where sample.time > after {
                        try pass.take(Timestamp(milliseconds: sample.time), sample.value, isEnd: false)
                    }
                    let first = Timestamp(milliseconds: samples[0].time)
                    if let outcome = pass.finish(count: end, first: first) { outcomes.append(outcome) }
                }
                _ = try store.record(outcomes, at: DetectionFixture.now)
            }
        }
        for id in ids {
            try fixture.run(DetectionFixture.watched(id), samples)
            try whole.run(DetectionFixture.watched(id), samples)
        }
        #expect(try fixture.findings().map(\.essence).sorted() == whole.findings().map(\.essence).sorted())
        for id in ids { #expect(try fixture.store.state(of: id) == whole.store.state(of: id)) }
    }
}
