import DebVisorCore
import Metrics
import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// The quick table of samples is the table of their records.
@Suite("Tables of samples") struct SampleTableTests {
    private func expectSame(_ groups: [(SeriesIdentity, [Metrics.Sample])]) {
        var quick = SampleTable()
        for (label, samples) in groups {
            quick.begin(label)
            for sample in samples { quick.append(sample) }
        }
        let records = groups.flatMap { label, samples in samples.map { MetricRecord(label: label, sample: $0) } }
        for hasHeader in [true, false] {
            let usual = TableText(hasHeader: hasHeader).text(RecordTable(records))
            var text: [UInt8] = []
            quick.table.forEachPiece(hasHeader: hasHeader) { text += $0 }
            #expect(String(decoding: text, as: UTF8.self) == usual)
        }
    }

    private func label(_ tags: [(String, String)]) throws -> SeriesIdentity {
        SeriesIdentity(SeriesKey(try MetricName("used_percent"), try TagSet(tags)), .gauge, id: nil)
    }

    @Test("Odd values and times")
    func odd() throws {
        let values = [
            0, -0.0, 1, -1, 0.5, -0.5, 0.001, 0.0009999, 0.0005, -1.9996, 1e15, 999_999_999_999_999, 1e12,
            999_999_999_999.9996,
            123_456_789_012.345, 0.1 + 0.2, 1e-300, 5e300, .nan, .infinity, -.infinity, Metrics.Sample.endOfSeries,
            9.9995,
            0.9996,
        ]
        let times: [Int64] = [0, -1, 1, 1000, -1000, 1_795_575_600_007, -62_135_596_800_000, 253_402_300_799_999]
        expectSame([])
        expectSame([(try label([]), [])])
        expectSame(
            try times.enumerated().map { index, time in
                (
                    try label(index % 2 == 0 ? [] : [("pool", "ssd"), ("a", "日本\n")]),
                    values.map { Metrics.Sample(Timestamp(milliseconds: time), $0) }
                )
            })
    }

    @Test("Random values and times")
    func random() throws {
        var random = SystemRandomNumberGenerator()
        let samples = (0..<3000).map { index -> Metrics.Sample in
            let value =
                switch index % 4 {
                case 0: Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random))
                case 1: Double.random(in: -1000...1000, using: &random)
                case 2: Double(Int.random(in: -1_000_000...1_000_000, using: &random)) / 1000
                default: Double.random(in: -1e13...1e13, using: &random)
                }
            return Metrics.Sample(
                Timestamp(milliseconds: Int64.random(in: -4_000_000_000_000...4_000_000_000_000, using: &random)), value
            )
        }
        expectSame([(try label([("pool", "ssd")]), samples)])
    }
}
