import TestSupport
import Testing

@testable import Anomalies

/// The trackers against what they are defined to be, computed from all rows.
@Suite struct TrackerTests {
    private let values = Restless.series(700, seed: 11).map(\.value)
    private let memory = StateMemory(capacity: 40 * 1024)

    private func last(_ count: Int, at row: Int) -> ArraySlice<Double> { values[max(0, row - count + 1)...row] }

    private func median(_ values: ArraySlice<Double>) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    @Test("Sums of windows")
    func sums() {
        let sums = WindowSums(doublings: 6, in: memory)
        let threes = ThreefoldSums(in: memory)
        for (row, value) in values.enumerated() {
            sums.taking(value, row) { doublings, sum in
                #expect(abs(sum - last(1 << doublings, at: row).reduce(0, +)) < 1e-9)
            }
            let (six, twelve, twentyFour) = threes.taking(value, row)
            for (sum, count) in [(six, 6), (twelve, 12), (twentyFour, 24)] {
                #expect(abs(sum - last(count, at: row).reduce(0, +)) < 1e-9)
            }
        }
    }

    @Test("Medians of windows", arguments: [1, 2, 5, 9, 16, 25, 32])
    func medians(length: Int) {
        let window = SortedWindow(length, in: memory)
        for (row, value) in values.enumerated() {
            window.take(value, row, dropping: row < length ? 0 : values[row - length])
            #expect(window.median(of: min(row + 1, length)) == median(last(length, at: row)))
        }
    }

    @Test("The range of 48 rows")
    func range() {
        let range = RecentRange(in: memory)
        for (row, value) in values.enumerated() {
            let rows = last(48, at: row)
            #expect(range.taking(value, row) == (rows.max() ?? 0) - (rows.min() ?? 0))
        }
    }

    @Test("What was so many rows ago", arguments: [16, 32, 48, 64])
    func delay(rows: Int) {
        let delay = Delay(rows: rows, in: memory)
        for (row, value) in values.enumerated() {
            #expect(delay.exchange(value, row) == (row < rows ? Delay.absent : values[row - rows]))
        }
    }

    @Test("An average is a plain mean while it is young, whichever way it counts")
    func average() {
        let (counted, stepped) = (ExponentialAverage(0.02, in: memory), ExponentialAverage(0.02, in: memory))
        for (row, value) in values.enumerated() {
            let before = counted.taking(value)
            #expect(before == stepped.taking(value, RowStep(row: row)))
            if row > 0, row <= 50 {
                #expect(abs(before - values[..<row].reduce(0, +) / Double(row)) < 1e-9)
            }
        }
    }

    @Test("A slow level goes to the median and hardly minds how far away a value is")
    func slowLevel() {
        var random = SeededRandom(seed: 4)
        let level = SlowLevel(0.01, in: memory)
        var last = 0.0
        for row in 0..<20_000 {
            let isFar = Int.random(in: 0..<10, using: &random) == 0
            last = level.taking(isFar ? 1e6 : Noise.normal(using: &random), RowStep(row: row))
        }
        #expect(abs(last) < 1e6 * 0.05)
    }

    @Test("A profile knows its parts, also of times before 1970")
    func season() {
        let profile = SeasonProfile(parts: 24, of: 3600, rate: 0.1, in: memory)
        for row in 0..<24 * 20 {
            let second = -86_400 * 10 + row * 3600
            let value = Double(row % 24)
            let distance = profile.distance(taking: value, at: second, RowStep(row: row))
            if row >= 48 { #expect(distance == 0) }
        }
        #expect(profile.distance(taking: 5, at: 86_400 * 20 + 3 * 3600 + 59, RowStep(row: 480)) == 2)
    }

    @Test("Logarithms and powers are right to many digits, and exact for powers of two")
    func binary() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<100_000 {
            let exponent = Double.random(in: -300...300, using: &random)
            let power = Binary.power(exponent)
            #expect(abs(Binary.logarithm(power) - exponent) < 1e-12)
        }
        for exponent in -1000...1000 {
            let power = Double(sign: .plus, exponent: exponent, significand: 1)
            #expect(Binary.logarithm(power) == Double(exponent))
            #expect(Binary.power(Double(exponent)) == power)
        }
        #expect(abs(Binary.logarithm(10) * Binary.log10of2 - 1) < 1e-15)
        #expect(abs(Binary.power(0.5) - 2.0.squareRoot()) < 1e-14)
    }
}
