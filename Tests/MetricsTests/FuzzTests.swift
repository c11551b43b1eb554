import DebVisorCore
import Glibc
import TestSupport
import Testing

@testable import Metrics

/// Parsers beside what nobody would write: they end, within their buffers, with a fault or with samples.
@Suite struct FuzzTests {
    static let seeds: [MetricFormat: [String]] = [
        .openmetrics: [
            "# TYPE a gauge\n# HELP a some \\\\ help\\n\n# UNIT a bytes\na{b=\"c\",d=\"e\\\"\\\\\\n\"} -1.5e3 1700000000.123\n# EOF\n",
            "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 2 1 # {trace=\"x\"} 0.5 1\nh_sum +Inf 1\nh_count nAN 2\n# EOF\n",
        ],
        .influx: [
            "cpu,host=a\\ b,x=y usage=1.5e3,idle=98i,s=\"text \\\" x\",b=true 1700000000000000000\n",
            "# TYPE m counter\nm value_bits=\"7ff0000000000002\" -5\nm value=1u\n",
        ],
        .csv: [
            "name,tags,type,timestamp,value\na,\"b=\"\"c,\\\\\"\"\",gauge,2026-11-24T18:01:22.007Z,1.5\nb,,counter,1.5,NaN(0x7ff0000000000002)\n",
            "timestamp,value,name,other\n2014-02-14 14:30:00,0.132,x,\"a,\"\"b\"\n",
        ],
        .ndjson: [
            "{\"name\":\"a\",\"type\":\"gauge\",\"tags\":{\"b\":\"\\u00e4\\n\"},\"timestamp\":\"2026-11-24T18:01:22Z\",\"value\":1.5}\n",
            "{\"x\":[1,{\"y\":null}],\"value\":\"-Inf\",\"timestamp\":-1.5,\"name\":\"b\"}\n",
        ],
    ]

    /// A million in the soak.
    static let rounds = getenv("SOAK") == nil ? 20_000 : 1_000_000

    @Test(arguments: MetricFormat.allCases) func parsersEnd(format: MetricFormat) throws {
        let fixture = try MetricFixture()
        let seeds = (Self.seeds[format] ?? []).map { Array($0.utf8) }
        var random = SeededRandom(seed: 11)
        var (faults, placeless) = (0, 0)
        // Nothing is written: the store has its own tests, and a transaction an input would take the night.
        var writer = SampleWriter(fixture.store, capacity: 1 << 14)
        for round in 0..<Self.rounds {
            if round % 500 == 0 { writer = SampleWriter(fixture.store, capacity: 1 << 14) }
            let text = Self.changed(seeds.randomElement(using: &random) ?? [], &random)
            do {
                try MetricImport.parse(ByteInput("fuzz", bytes: text), format, ImportSink(writer, ImportOptions()))
            } catch let problem as InputFault {
                faults += 1
                if !problem.fault.message.hasPrefix("fuzz:") { placeless += 1 }
            }
        }
        #expect(faults > Self.rounds / 10 && placeless == 0)
    }

    static func changed(_ seed: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var text = seed
        let strange: [UInt8] = [0, 10, 13, 32, 34, 35, 44, 45, 46, 48, 57, 58, 61, 92, 101, 123, 125, 127, 128, 255]
        for _ in 0..<Int.random(in: 0...4, using: &random) where !text.isEmpty {
            let place = Int.random(in: 0..<text.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: text[place] = UInt8.random(in: 0...255, using: &random)
            case 1: text[place] = strange.randomElement(using: &random) ?? 0
            case 2: text.remove(at: place)
            case 3: text.insert(strange.randomElement(using: &random) ?? 0, at: place)
            case 4: text.removeLast(text.count - place)
            default:
                let part = text[place..<min(text.count, place + Int.random(in: 1...20, using: &random))]
                text.insert(contentsOf: part, at: Int.random(in: 0...text.count, using: &random))
            }
        }
        return text
    }
}
