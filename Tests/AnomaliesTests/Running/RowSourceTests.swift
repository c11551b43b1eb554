import Testing

@testable import Anomalies

@Suite struct RowSourceTests {
    private static func rows(_ samples: [(Int64, Double)], isCounter: Bool, ends: Set<Int64> = []) -> [Double?] {
        var source = RowSource(isCounter: isCounter)
        return samples.map { source.row($0.0 * 1000, $0.1, isEnd: ends.contains($0.0)) }
    }

    @Test func gaugesAreTheirValues() {
        let rows = Self.rows([(0, 1), (1, .nan), (2, .infinity), (3, -.infinity), (4, -2)], isCounter: false)
        #expect(rows == [1, nil, nil, nil, -2])
    }

    private struct Growth: Sendable, CustomStringConvertible {
        var description: String
        var samples: [(Int64, Double)]
        var rows: [Double?]

        static let all: [Growth] = [
            Growth(description: "the first makes none", samples: [(0, 5), (10, 25)], rows: [nil, 2]),
            Growth(
                description: "a fall is a beginning", samples: [(0, 5), (10, 25), (20, 3), (30, 13)],
                rows: [nil, 2, nil, 1]),
            Growth(description: "what stands still grows by nothing", samples: [(0, 5), (10, 5)], rows: [nil, 0]),
            Growth(
                description: "NaN is passed over", samples: [(0, 5), (10, .nan), (20, 25)], rows: [nil, nil, 1]),
            Growth(
                description: "so are infinities", samples: [(0, 5), (10, .infinity), (20, 25)], rows: [nil, nil, 1]),
            Growth(
                description: "a gap makes none", samples: [(0, 0), (10, 10), (20, 20), (200, 9999), (210, 10_009)],
                rows: [nil, 1, 1, nil, 1]),
            Growth(
                description: "a longer step is no gap", samples: [(0, 0), (10, 10), (110, 110)], rows: [nil, 1, 1]),
            Growth(
                description: "what no number holds makes none", samples: [(0, -1.7e308), (1, 1.7e308), (2, 1.7e308)],
                rows: [nil, nil, 0]),
        ]
    }

    @Test("A counter's growth a second", arguments: Growth.all)
    private func growth(_ growth: Growth) {
        #expect(Self.rows(growth.samples, isCounter: true) == growth.rows)
    }

    @Test func theEndOfASeriesIsABeginning() {
        let samples: [(Int64, Double)] = [(0, 5), (10, 15), (20, .nan), (30, 100), (40, 110)]
        #expect(Self.rows(samples, isCounter: true, ends: [20]) == [nil, 1, nil, nil, 1])
        #expect(Self.rows(samples, isCounter: true) == [nil, 1, nil, 4.25, 1])
    }

    /// From a sample every 15 seconds to one a day.
    @Test func aNewStepIsUsualSoon() {
        var source = RowSource(isCounter: true)
        var time: Int64 = 0
        for _ in 0..<100 {
            time += 15_000
            _ = source.row(time, Double(time), isEnd: false)
        }
        let rows = (0..<10).map { _ in
            time += 86_400_000
            return source.row(time, Double(time), isEnd: false)
        }
        #expect(rows.filter { $0 == nil }.count <= 2)
        #expect(rows.last == 1000)
    }

    /// Two collectors of one counter, a moment apart.
    @Test func unevenStepsAreNoGaps() {
        var source = RowSource(isCounter: true)
        let times = (0..<100).flatMap { minute -> [Int64] in [minute * 60_000, minute * 60_000 + 50] }
        let rows = times.map { source.row($0, Double($0), isEnd: false) }
        #expect(rows.dropFirst(20).allSatisfy { $0 == 1000 })
    }
}
