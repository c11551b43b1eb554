import TestSupport
import Testing

@testable import Anomalies

@Suite struct QuantileSketchTests {
    enum Order: CaseIterable, Sendable { case rising, falling, mixed, skewed, fewValues }

    private func value(_ row: Int, of count: Int, _ order: Order, using random: inout SeededRandom) -> Double {
        switch order {
        case .rising: Double(row)
        case .falling: Double(count - row)
        case .mixed: Double.random(in: 0..<1, using: &random)
        case .skewed: 1 / Double.random(in: 0.000_01..<1, using: &random)
        case .fewValues: Double(Int.random(in: 0..<4, using: &random))
        }
    }

    @Test("Ranks are as near as promised", arguments: Order.allCases, [5001, 60_000])
    func promise(order: Order, count: Int) throws {
        var random = SeededRandom(seed: 3)
        var sketch = QuantileSketch(error: 0.002)
        var values: [Double] = []
        for row in 0..<count {
            let value = value(row, of: count, order, using: &random)
            values.append(value)
            sketch.add(value)
        }
        values.sort()
        let margin = Int(0.002 * Double(count)) + 1
        for share in [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1] {
            let answer = sketch.quantile(share)
            let found = try #require(answer)
            let rank = Int((share * Double(count)).rounded(.up))
            let low = values[min(max(rank - margin - 1, 0), count - 1)]
            let high = values[min(rank + margin, count - 1)]
            #expect(low <= found && found <= high, "\(share) of \(order)")
        }
        let kept = sketch.weighted()
        #expect(kept.reduce(0) { $0 + $1.weight } == count)
        #expect(kept.count < 4000)
        #expect(kept.first?.value == values.first && kept.last?.value == values.last)
    }

    @Test("Few values are all kept, and what lies between two is between them")
    func exact() {
        var sketch = QuantileSketch()
        let nothing = sketch.quantile(0.5)
        #expect(nothing == nil)
        for value in [3.0, 1, 2, 10] { sketch.add(value) }
        let found = [0, 0.5, 1].map { sketch.quantile($0) }
        #expect(found == [1, 2.5, 10] && sketch.rankError == 0)
    }

    @Test("Moments are those of all values, also far from nothing")
    func moments() {
        var random = SeededRandom(seed: 1)
        var moments = RunningMoments()
        for _ in 0..<100_000 { moments.add(1e9 + Noise.normal(using: &random)) }
        #expect(abs(moments.mean - 1e9) < 0.02)
        #expect(abs(moments.standardDeviation - 1) < 0.02)
        #expect(RunningMoments().standardDeviation == 0)
    }
}
