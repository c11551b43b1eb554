import DebVisorCore
import Glibc
import TestSupport
import Testing

@testable import Anomalies

@Suite struct NumberTextTests {
    private func number(_ text: String) -> Double? {
        var text = text
        return text.withUTF8 { try? DecimalText.number($0) }
    }

    private func seconds(_ text: String) -> Double? {
        var stamps = StampText()
        var text = text
        return text.withUTF8 { stamps.seconds($0) }
    }

    @Test("Numbers are the nearest doubles, whatever way they are written", arguments: [1, 2, 3, 4] as [UInt64])
    func nearest(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<50_000 {
            var text = Int.random(in: 0..<4, using: &random) == 0 ? "-" : ""
            let digits = Int.random(in: 1...22, using: &random)
            let point = Int.random(in: -1...digits, using: &random)
            for place in 0..<digits {
                if place == point { text += "." }
                text += "\(Int.random(in: 0...9, using: &random))"
            }
            if Int.random(in: 0..<3, using: &random) == 0 { text += "e\(Int.random(in: -40...40, using: &random))" }
            #expect(number(text)?.bitPattern == Double(text)?.bitPattern, "\(text)")
        }
    }

    @Test("What is printed is read back", arguments: [1, 2] as [UInt64])
    func roundTrip(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<50_000 {
            let bits = Double(bitPattern: random.next())
            if bits.isFinite { #expect(number("\(bits)")?.bitPattern == bits.bitPattern) }
            let near = Double.random(in: -1000...1000, using: &random)
            #expect(number("\(near)") == near)
        }
    }

    @Test("Halfway numbers go to the even one")
    func ties() {
        for text in [
            "9007199254740993", "9007199254740995", "4503599627370496.5", "4503599627370497.5", "1125899906842624.125",
            "1125899906842624.375", "0.500000000000000055", "18446744073709551615", "1844674407370955.1615",
            "9999999999999999999", "0.9999999999999999999", "5e-324", "2e-324", "1.7976931348623157e308",
        ] {
            #expect(number(text)?.bitPattern == Double(text)?.bitPattern, "\(text)")
        }
    }

    @Test(
        "What is not a number is not read as one",
        arguments: [
            "", "-", ".", "+.", "e5", "1e", "1e+", "1..2", "1 2", "0x1", "1_000", "١", "infinity", "--1", "1e5.0",
        ])
    func refused(text: String) { #expect(number(text) == nil) }

    @Test("Too large is not read as infinite", arguments: ["1e309", "-1e309", "2e308", "1e999999999999999999999"])
    func tooLarge(text: String) { #expect(number(text) == nil) }

    static let stamps: [(String, Double?)] = [
        ("1970-01-01 00:00:00", 0), ("1970-01-01T00:00:01Z", 1), ("1969-12-31 23:59:59", -1),
        ("2026-11-24t18:01:22.250z", 1_795_543_282.25), ("2026-11-24 18:01:22+01:00", 1_795_539_682),
        ("2026-11-24T18:01:22-0130", 1_795_548_682), ("2026-11-24T18:01:22+01", 1_795_539_682),
        ("0001-01-01 00:00:00", -62_135_596_800), ("9999-12-31 23:59:60", 253_402_300_800),
        ("2000-02-29 12:00:00", 951_825_600), ("1900-02-29 12:00:00", nil), ("2026-13-01 00:00:00", nil),
        ("2026-00-10 00:00:00", nil), ("2026-01-00 00:00:00", nil), ("2026-01-01 00:60:00", nil),
        ("2026-01-01 00:00:61", nil), ("2026-01-01x00:00:00", nil), ("2026-01-01 00-00-00", nil),
        ("2026-01-01 00:00:00.", nil), ("2026-01-01 00:00:00+1:00", nil), ("2026-01-01 00:00:00+25:00", nil),
        ("2026-01-01 00:00:00Zx", nil), ("2026-01-01 0a:00:00", nil), ("20a6-01-01 00:00:00", nil),
        ("2026/01/01 00:00:00", nil), ("1795543282", 1_795_543_282), ("1795543282.5", 1_795_543_282.5),
        ("1795543282000", 1_795_543_282), ("1795543282000.5", 1_795_543_282.000_5), ("-5", -5), ("1e9", 1e9),
        ("99999999999", 99_999_999_999), ("100000000000", 100_000_000), ("1e20", nil), ("now", nil), ("", nil),
    ]

    @Test("Times in all their spellings", arguments: stamps)
    func stamp(text: String, wanted: Double?) { #expect(seconds(text) == wanted) }

    @Test("A date that was seen before is the same as one that was not")
    func cachedDates() throws {
        var random = SeededRandom(seed: 6)
        var stamps = StampText()
        var time = Timestamp(milliseconds: 0)
        for _ in 0..<20_000 {
            let far = Int.random(in: 0..<10, using: &random) == 0
            time = Timestamp(
                milliseconds: far
                    ? Int64.random(in: -60_000_000_000_000...250_000_000_000_000, using: &random)
                    : time.milliseconds + Int64.random(in: -50_000_000...50_000_000, using: &random))
            var text = time.description
            let found = text.withUTF8 { stamps.seconds($0) }
            #expect(found == Double(time.seconds), "\(text)")
        }
    }
}
