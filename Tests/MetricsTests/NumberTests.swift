import Glibc
import TestSupport
import Testing

@testable import Metrics

/// Numbers in texts are the nearest doubles, and the shortest texts of doubles.
@Suite struct NumberTests {
    static func parse(_ text: String) throws -> UInt64 {
        var text = text
        return try text.withUTF8 { bytes in
            guard let base = bytes.baseAddress else { throw LineProblem(0, "empty") }
            var cursor = TextCursor(base, count: bytes.count)
            let bits = try NumberParser.double(&cursor)
            guard cursor.isAtEnd else { throw cursor.problem("rest") }
            return bits
        }
    }

    static func write(_ bits: UInt64) throws -> String {
        var bytes: [UInt8] = []
        let output = ByteOutput { bytes += $0 }
        NumberWriter.write(bits, to: output)
        try output.flush()
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func numbersAreTheNearest() throws {
        var random = SeededRandom(seed: 7)
        for round in 0..<200_000 {
            let digits = Int.random(in: 1...21, using: &random)
            var text = Bool.random(using: &random) ? "-" : ""
            let point = Int.random(in: 0...digits, using: &random)
            for index in 0..<digits {
                if index == point, index > 0 { text += "." }
                text += "\(Int.random(in: 0...9, using: &random))"
            }
            if round % 3 == 0 { text += "e\(Int.random(in: -330...310, using: &random))" }
            #expect(try Self.parse(text) == strtod(text, nil).bitPattern, "\(text)")
        }
    }

    /// Halfway between two doubles, and a hair above and below.
    @Test func tiesGoToTheEvenNeighbour() throws {
        var random = SeededRandom(seed: 8)
        for _ in 0..<20_000 {
            let whole = UInt64.random(in: 1 << 53...1 << 60, using: &random)
            for text in ["\(whole)", "\(whole).5", "\(whole | 1)e-3", "\(whole)e5", "\(whole)e-19", "\(whole)e19"] {
                #expect(try Self.parse(text) == strtod(text, nil).bitPattern, "\(text)")
            }
        }
    }

    @Test func writtenNumbersComeBack() throws {
        var random = SeededRandom(seed: 9)
        for bits in RandomSeries.specials { #expect(try Self.parse(Self.write(bits)) == bits) }
        for round in 0..<200_000 {
            let value = Double.random(in: -1e6...1e6, using: &random)
            let bits =
                switch round % 4 {
                case 0: random.next()
                case 1: value.bitPattern
                case 2: ((value * 1000).rounded() / 1000).bitPattern
                default: Double(Int64(truncatingIfNeeded: random.next() >> 10)).bitPattern
                }
            let text = try Self.write(bits)
            #expect(try Self.parse(text) == bits, "\(text)")
            let number = Double(bitPattern: bits)
            if number.isFinite { #expect(text.utf8.count <= number.description.utf8.count) }
        }
    }

    @Test(arguments: [
        ("1", 1.0), ("-0", -0.0), ("+5.", 5), (".5", 0.5), ("1E3", 1000), ("inf", .infinity), ("-Infinity", -.infinity),
        ("0.1", 0.1), ("1e400", .infinity), ("100000000000000000000000", 1e23),
    ])
    func wordsAreRead(text: String, value: Double) throws { #expect(try Self.parse(text) == value.bitPattern) }

    @Test(arguments: [
        "", "-", ".", "e5", "1e", "1e+", "0x10", "nano", "NaN(0x1)", "NaN(0x3ff0000000000000)", "1_0", "--1", "infi",
    ])
    func othersAreNoNumbers(text: String) { #expect(throws: (any Error).self) { try Self.parse(text) } }
}
