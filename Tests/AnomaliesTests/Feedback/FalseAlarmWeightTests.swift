import DebVisorCore
import TestSupport
import Testing

@testable import Anomalies

@Suite("False alarms and what they leave of weights")
struct FalseAlarmWeightTests {
    private static let hour: Int64 = 3_600_000

    private static func alarm(_ hours: Int64, _ evidence: [Evidence]) -> FalseAlarm {
        FalseAlarm(
            finding: hours, series: DetectionFixture.watched().label, time: Timestamp(milliseconds: hours * hour),
            evidence: evidence.map(\.name), toldBy: "ops", toldAt: Timestamp(milliseconds: 0))
    }

    @Test(
        "Each false alarm takes a weight to a tenth, down to a hundredth; what lies within twelve hours is one",
        arguments: [
            ([], 1), ([0], 0.1), ([0, 0], 0.1), ([0, 11], 0.1), ([0, 12], 0.01), ([0, 6, 11, 13], 0.01),
            ([-24, 0, 24, 48], 0.01), ([5, 16], 0.1),
        ] as [([Int64], Double)])
    func stretches(hours: [Int64], weight: Double) {
        let weights = EvidenceWeights(hours.map { Self.alarm($0, [.mean8]) })
        #expect(weights[.mean8] == weight)
        #expect(weights[.mean16] == 1)
        #expect(weights.isFull == hours.isEmpty)
    }

    @Test(
        "The order in which they are told does not matter, and one more never raises a weight",
        arguments: 1...8 as ClosedRange<UInt64>)
    func orderAndMonotony(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let alarms = (0..<12).map { _ in
            Self.alarm(
                Int64.random(in: 0..<100, using: &random),
                Evidence.allCases.filter { _ in Int.random(in: 0..<4, using: &random) == 0 })
        }
        let weights = EvidenceWeights(alarms)
        for _ in 0..<5 { #expect(EvidenceWeights(alarms.shuffled(using: &random)) == weights) }
        #expect(EvidenceWeights(alarms + alarms) == weights)
        for count in 1...alarms.count {
            let (fewer, more) = (EvidenceWeights(alarms.prefix(count - 1)), EvidenceWeights(alarms.prefix(count)))
            #expect(Evidence.allCases.allSatisfy { fewer[$0] >= more[$0] })
        }
    }

    @Test("The name of an evidence that this version does not know says nothing")
    func unknownName() {
        let alarm = FalseAlarm(
            finding: 1, series: DetectionFixture.watched().label, time: Timestamp(milliseconds: 0),
            evidence: ["tea-leaves", "mean-8"], toldBy: "ops", toldAt: Timestamp(milliseconds: 0))
        #expect(EvidenceWeights([alarm]).lowered == [LoweredEvidence(name: "mean-8", weight: 0.1)])
        #expect(Evidence.allCases.allSatisfy { Evidence(name: $0.name) == $0 })
    }

    @Test(
        "Stored numbers that no weights can be are refused",
        arguments: [[], [1, 2], [Int](repeating: 3, count: 31), [Int](repeating: -1, count: 31)] as [[Int]])
    func forged(numbers: [Int]) { #expect(EvidenceWeights(stored: numbers) == nil) }
}
