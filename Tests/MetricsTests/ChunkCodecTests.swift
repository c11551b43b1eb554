import DebVisorCore
import Glibc
import TestSupport
import Testing

@testable import Metrics

/// What a chunk gives back is what it was given, bit by bit.
@Suite struct ChunkCodecTests {
    @Test(arguments: 0..<40) func randomSeriesComeBack(seed: UInt64) throws {
        let codec = ChunkCodec()
        var random = SeededRandom(seed: seed)
        for shape in RandomSeries.Shape.allCases {
            let series = RandomSeries.make(shape, &random)
            let chunk = series.encoded(by: codec)
            #expect(try RandomSeries(decoding: chunk, by: codec) == series, "\(shape)")
        }
    }

    @Test func steadySeriesCostNothing() throws {
        let codec = ChunkCodec()
        var series = RandomSeries()
        for index in 0..<1000 { series.append(1_700_000_000_000 + Int64(index) * 60_000, 12.5) }
        #expect(series.encoded(by: codec).count < 80)
    }

    @Test func damageIsSeen() throws {
        let codec = ChunkCodec()
        var random = SeededRandom(seed: 1)
        let chunk = RandomSeries.make(.decimals, &random).encoded(by: codec)
        for _ in 0..<500 {
            var damaged = chunk
            damaged[Int.random(in: 0..<chunk.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            #expect(throws: Fault.self) { try RandomSeries(decoding: damaged, by: codec) }
            damaged.removeLast(Int.random(in: 0..<damaged.count, using: &random))
            #expect(throws: Fault.self) { try RandomSeries(decoding: damaged, by: codec) }
        }
    }

    /// With a checksum that fits: the decoder itself must stay within its buffers.
    @Test func forgedChunksAreHarmless() throws {
        let codec = ChunkCodec()
        var random = SeededRandom(seed: 2)
        for _ in 0..<(getenv("SOAK") == nil ? 400 : 20_000) {
            let shape = RandomSeries.Shape.allCases.randomElement(using: &random) ?? .decimals
            var chunk = RandomSeries.make(shape, &random).encoded(by: codec)
            for _ in 0..<3 {
                chunk[Int.random(in: 6..<chunk.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            RandomSeries.seal(&chunk)
            do {
                let read = try RandomSeries(decoding: chunk, by: codec)
                #expect((1...ChunkCodec.capacity).contains(read.times.count))
            } catch {
                #expect((error as? Fault)?.kind == .attention, "\(error)")
            }
        }
    }
}
