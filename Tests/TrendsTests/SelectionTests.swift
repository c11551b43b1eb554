import TestSupport
import Testing

@testable import Trends

/// What selects and merges gives what sorting and looking at all pairs gives.
@Suite struct SelectionTests {
    /// Many equal values, few, none; rising, falling, and in two halves that alternate.
    private static func values(_ count: Int, _ kind: Int, _ random: inout SeededRandom) -> [Double] {
        (0..<count).map { place in
            switch kind {
            case 0: Double(Int.random(in: -2...2, using: &random))
            case 1: Double(Int.random(in: 0...count, using: &random))
            case 2: Double.random(in: -1...1, using: &random)
            case 3: Double(place)
            case 4: Double(-place)
            default: Double(place % 2 == 0 ? place : count - place)
            }
        }
    }

    @Test(arguments: 0..<6) func selecting(kind: Int) {
        var random = SeededRandom(seed: UInt64(kind))
        for count in [1, 2, 3, 4, 7, 50, 333] {
            let values = Self.values(count, kind, &random)
            let sorted = values.sorted()
            #expect(Ordered.median(values) == Ordered.quantile(sorted, 0.5))
            for place in Set([0, count / 3, count / 2, count - 1]) {
                var selected = values
                selected.withUnsafeMutableBufferPointer { Selection.put(place, of: $0, within: 0...count - 1) }
                #expect(selected[place] == sorted[place] && selected.sorted() == sorted)
                #expect(selected[..<place].allSatisfy { $0 <= sorted[place] })
                #expect(selected[place...].allSatisfy { $0 >= sorted[place] })
            }
        }
    }

    @Test("What is no number ends, and stays in its bounds") func notANumber() {
        for count in 1...40 {
            var random = SeededRandom(seed: UInt64(count))
            var values = (0..<count).map { _ in
                Bool.random(using: &random) ? Double.nan : Double.random(in: 0...1, using: &random)
            }
            values.withUnsafeMutableBufferPointer { Selection.put(count / 2, of: $0, within: 0...count - 1) }
            #expect(Selection.sorted(values).sorted.count == count)
        }
    }

    @Test(arguments: 0..<6) func pairs(kind: Int) {
        var random = SeededRandom(seed: UInt64(kind) &+ 50)
        for count in [0, 1, 2, 3, 5, 64, 111] {
            let values = Self.values(count, kind, &random)
            var (rising, falling) = (0, 0)
            for last in values.indices {
                for first in 0..<last {
                    rising += values[first] < values[last] ? 1 : 0
                    falling += values[first] > values[last] ? 1 : 0
                }
            }
            let merged = Selection.sorted(values)
            #expect(merged.sorted == values.sorted() && merged.falling == falling)
            #expect(MannKendall(values, residuals: nil).score == rising - falling)
        }
    }

    @Test(arguments: 0..<6) func slopes(kind: Int) {
        var random = SeededRandom(seed: UInt64(kind) &+ 90)
        for count in [2, 3, 10, 61] {
            let x = (0..<count).map { Double($0 / 2 * 2) + Double.random(in: 0...1, using: &random) }.sorted()
            let y = Self.values(count, kind, &random)
            var slopes: [Double] = []
            for last in 0..<count {
                for first in 0..<last { slopes.append((y[last] - y[first]) / (x[last] - x[first])) }
            }
            slopes.sort()
            let line = TheilSen(x, y)
            #expect(line.slope == Ordered.quantile(slopes, 0.5))
            for deviation in [0, 1, 7.5, 40, 1e6] {
                let half = 1.645 * deviation / 2
                let middle = Double(slopes.count) / 2
                let low = min(max(Int(max((middle - half).rounded(.down), 0)), 0), slopes.count - 1)
                let high = Int(min(max((middle + half).rounded(.up), 0), Double(slopes.count - 1)))
                let expected = min(slopes[low], line.slope)...max(slopes[high], line.slope)
                #expect(line.range(deviation: deviation) == expected)
            }
        }
    }
}
