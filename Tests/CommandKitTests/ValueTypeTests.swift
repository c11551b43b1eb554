import TestSupport
import Testing

@testable import CommandKit

/// Texts of values: what is taken, what is refused, and that writing a value and reading it gives it back.
@Suite struct ValueTypeTests {
    @Test(
        arguments: [
            ("0", 0), ("0s", 0), ("90s", 90), ("5m", 300), ("5min", 300), ("2h", 7200), ("7d", 604_800),
            ("1w", 604_800),
            ("1h30m", 5400), ("1d2h3m4s", 93_784), ("9223372036854775807s", Int.max),
        ] as [(String, Int)])
    func readsDurations(_ text: String, _ seconds: Int) throws {
        #expect(try ValueType<Int>.duration.parse(text) == seconds)
    }

    @Test(arguments: [
        "", "90", "-5m", "5 m", "m", "1.5h", "30m1h", "1h1h", "5x", "9223372036854775808s", "9999999999999999d",
        "153722867280912931m", "٣m", "5m ", "+5m",
    ])
    func refusesDurations(_ text: String) {
        #expect(throws: ValueError.self) { try ValueType<Int>.duration.parse(text) }
    }

    @Test(
        arguments: [
            ("0", 0), ("512", 512), ("512B", 512), ("1K", 1024), ("1KiB", 1024), ("64MiB", 64 << 20), ("10G", 10 << 30),
            ("1.5T", 3 << 39), ("0.5K", 512), ("7E", 7 << 60), ("9223372036854775807", Int.max),
        ] as [(String, Int)])
    func readsSizes(_ text: String, _ bytes: Int) throws {
        #expect(try ValueType<Int>.size.parse(text) == bytes)
    }

    @Test(arguments: [
        "", "-1", "1.5", "1.", ".5G", "8E", "9223372036854775808", "10GB", "10 G", "G", "0x10", "1e3", "1.0000000001G",
    ])
    func refusesSizes(_ text: String) {
        #expect(throws: ValueError.self) { try ValueType<Int>.size.parse(text) }
    }

    @Test func refusesWhatIsTooSmall() {
        #expect(throws: ValueError("must be at least 1m")) { try ValueType<Int>.duration(atLeast: 60).parse("59s") }
        #expect(throws: ValueError("must be at least 1MiB")) { try ValueType<Int>.size(atLeast: 1 << 20).parse("1K") }
    }

    @Test(arguments: [("10%", 10.0), ("10", 10), ("0%", 0), ("100%", 100), ("12.5%", 12.5)] as [(String, Double)])
    func readsPercents(_ text: String, _ percents: Double) throws {
        #expect(try ValueType<Double>.percent.parse(text) == percents)
    }

    @Test(arguments: ["", "%", "101%", "-1%", "nan", "inf", "0x1p3", "10%%"])
    func refusesPercents(_ text: String) {
        #expect(throws: ValueError.self) { try ValueType<Double>.percent.parse(text) }
    }

    @Test(arguments: ["nan", "inf", "-infinity", "0x1p3", "1e999", "", "1,5"])
    func refusesNumbers(_ text: String) {
        #expect(throws: ValueError.self) { try ValueType<Double>.double.parse(text) }
    }

    @Test func writingAndReadingGivesTheValueBack() throws {
        var random = SeededRandom(seed: 7)
        for _ in 0..<2000 {
            let number = Int.random(in: 0...Int.max, using: &random) >> Int.random(in: 0...62, using: &random)
            #expect(try ValueType<Int>.duration.parse(ValueType<Int>.duration.text(number)) == number)
            #expect(try ValueType<Int>.size.parse(ValueType<Int>.size.text(number)) == number)
            #expect(try ValueType<Int>.int.parse(ValueType<Int>.int.text(-number)) == -number)
            let share = Double.random(in: 0...100, using: &random)
            #expect(try ValueType<Double>.percent.parse(ValueType<Double>.percent.text(share)) == share)
        }
        for state in DemoState.allCases {
            #expect(try ValueType<DemoState>.choice().parse(ValueType<DemoState>.choice().text(state)) == state)
        }
        let pair = KeyValue("a", "b=c")
        #expect(try ValueType<KeyValue>.keyValue.parse(ValueType<KeyValue>.keyValue.text(pair)) == pair)
    }
}
