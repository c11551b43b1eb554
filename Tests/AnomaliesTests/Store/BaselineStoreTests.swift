import DebVisorCore
import Storage
import Testing

@testable import Anomalies

@Suite("Baselines in their store")
struct BaselineStoreTests {
    private static func baseline(days: Int, factor: Double = 1) throws -> Baseline {
        let samples = (0..<days * 96).map { row in
            let value = Double(row % 96 + row * 7919 % 13)
            return BaselineSample(Timestamp(milliseconds: 1_700_000_000_000 + Int64(row) * 900_000), factor * value)
        }
        return try Baseline(of: samples)
    }

    @Test("What is read is what was saved", arguments: [1, 4, 20])
    func roundTrip(days: Int) throws {
        let fixture = try DetectionFixture()
        let saved = SavedBaseline(
            DetectionFixture.watched(1, tags: ["host": "a"]).label, isCounter: true, try Self.baseline(days: days),
            at: Timestamp(milliseconds: 77))
        try fixture.store.save([saved])
        #expect(try fixture.store.baselines() == [saved])
        #expect(try fixture.store.baselines("m1", ["host": "a"]) == [saved])
        #expect(try fixture.store.baselines("m1", ["host": "b"]).isEmpty)
        #expect(try fixture.store.baselines("m2").isEmpty)
    }

    @Test func numbersBeyondAllBounds() throws {
        let fixture = try DetectionFixture()
        let baseline = try Self.baseline(days: 1, factor: 1e306)
        #expect(!baseline.standardDeviation.isFinite)
        try fixture.store.save([
            SavedBaseline(DetectionFixture.watched().label, isCounter: false, baseline, at: .init(milliseconds: 1))
        ])
        #expect(try fixture.store.baselines().first?.baseline.most == baseline.most)
    }

    @Test func oneASeries() throws {
        let fixture = try DetectionFixture()
        let label = DetectionFixture.watched().label
        for days in [1, 4] {
            try fixture.store.save([
                SavedBaseline(label, isCounter: false, try Self.baseline(days: days), at: Timestamp(milliseconds: 5))
            ])
        }
        #expect(try fixture.store.baselines().map(\.baseline.count) == [384])
        #expect(try fixture.store.seriesWithBaseline() == [label])
        try fixture.store.deleteBaselines(of: [label.id, 99])
        #expect(try fixture.store.baselines().isEmpty)
        #expect(try fixture.store.seriesWithBaseline().isEmpty)
    }

    @Test func oneOfANewerProgramIsRefused() throws {
        let text = try StoredBaseline.text(of: try Self.baseline(days: 1))
        #expect(try StoredBaseline.baseline(text) == Self.baseline(days: 1))
        for other in [text.replacing("\"version\":1", with: "\"version\":2"), "", "{}", String(text.dropLast(10))] {
            let fault = #expect(throws: Fault.self) { try StoredBaseline.baseline(other) }
            #expect(fault?.kind == .attention)
        }
    }

    @Test func whatIsMissing() throws {
        #expect(try Self.baseline(days: 2).shortage == [])
        let few = try Baseline(of: [
            BaselineSample(Timestamp(milliseconds: 0), 1), BaselineSample(Timestamp(milliseconds: 43_200_000), 2),
        ])
        #expect(few.shortage == ["2 of 100 samples", "0.5 of 1 day"])
    }
}
