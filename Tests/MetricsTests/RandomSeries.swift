import CSystem
import TestSupport

@testable import Metrics

/// Samples of one series as tests make them.
struct RandomSeries: Equatable {
    var times: [Int64] = []
    var bits: [UInt64] = []

    mutating func append(_ time: Int64, _ value: Double) {
        times.append(time)
        bits.append(value.bitPattern)
    }

    enum Shape: CaseIterable {
        case decimals, counters, noise, constant, few, special, anyBits, artefacts, huge, single, floats, wide
    }

    /// Values that formats and codecs tend to lose.
    static let specials: [UInt64] =
        [
            0.0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .infinity, -.infinity, .nan, 0.1, 1e22, 1e23,
            .greatestFiniteMagnitude, .leastNormalMagnitude, .leastNormalMagnitude.nextDown, 9_007_199_254_740_994,
        ].map(\.bitPattern)
        + [0x7ff0_0000_0000_0002, 0xfff8_0000_0000_0000, 0x7fff_ffff_ffff_ffff, 0x7ff8_0000_0000_0001]

    static func make(_ shape: Shape, _ random: inout SeededRandom) -> RandomSeries {
        var series = RandomSeries()
        let count = shape == .single ? 1 : Int.random(in: 1...2000, using: &random)
        var time = Int64.random(in: -1_000_000_000_000...2_000_000_000_000, using: &random)
        let isRegular = Bool.random(using: &random)
        let step = Int64.random(in: 1...100_000, using: &random)
        var level = Double.random(in: -1000...1000, using: &random)
        let places = Int.random(in: 0...8, using: &random)
        for _ in 0..<count {
            series.times.append(time)
            time +=
                isRegular
                ? step
                : shape == .wide
                    ? Int64.random(in: 1...1 << 40, using: &random) : Int64.random(in: 1...step, using: &random)
            level += Double.random(in: -1...1, using: &random)
            series.bits.append(value(shape, level, places, &random))
        }
        return series
    }

    private static func value(_ shape: Shape, _ level: Double, _ places: Int, _ random: inout SeededRandom) -> UInt64 {
        let power = (0..<places).reduce(1.0) { value, _ in value * 10 }
        switch shape {
        case .decimals, .wide, .single: return ((level * power).rounded() / power).bitPattern
        case .counters: return (level.magnitude * 4096).rounded().bitPattern
        case .noise: return level.bitPattern
        case .constant: return 4711.0.bitPattern
        case .few: return [0, 17.25, 1e9 / 3, 0.001].randomElement(using: &random)?.bitPattern ?? 0
        case .special:
            return Int.random(in: 0..<10, using: &random) == 0
                ? specials.randomElement(using: &random) ?? 0 : ((level * 10).rounded() / 10).bitPattern
        case .anyBits: return random.next()
        case .artefacts: return ((level * power).rounded() * (1 / power)).bitPattern
        case .huge: return (level * 1e300).bitPattern
        case .floats: return Double(Float(level)).bitPattern
        }
    }

    func encoded(by codec: ChunkCodec) -> [UInt8] { Array(codec.encode(times, bits, count: times.count)) }

    init() {}

    init(decoding chunk: [UInt8], by codec: ChunkCodec) throws {
        times = Array(repeating: 0, count: ChunkCodec.capacity)
        bits = Array(repeating: 0, count: ChunkCodec.capacity)
        let count = try chunk.withUnsafeBytes { try codec.decode($0, &times, &bits) }
        times.removeLast(times.count - count)
        bits.removeLast(bits.count - count)
    }

    /// Gives changed bytes a checksum that fits.
    static func seal(_ chunk: inout [UInt8]) {
        let sum = chunk.withUnsafeBytes { $0.baseAddress.map { dv_crc32c(0, $0 + 4, chunk.count - 4) } ?? 0 }
        withUnsafeBytes(of: sum.littleEndian) { for index in 0..<4 { chunk[index] = $0[index] } }
    }
}
