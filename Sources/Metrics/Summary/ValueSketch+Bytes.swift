import DebVisorCore
import Foundation

/// How the store keeps it, little-endian: 0 version, 1 · 8 zeros · 16 least · 24 largest value · 32 bins of positive, 36 of
/// negative values (32 bits) · 40 the bins, 12 bytes each: index (32 bits), count.
extension ValueSketch {
    private static let header = 40
    private static let stride = 12

    var bytes: Data {
        var data = Data(count: Self.header + Self.stride * (positive.count + negative.count))
        data.withUnsafeMutableBytes { bytes in
            func put<Number: FixedWidthInteger>(_ number: Number, _ place: Int) {
                bytes.storeBytes(of: number.littleEndian, toByteOffset: place, as: Number.self)
            }
            put(UInt64(1), 0)
            put(zeros, 8)
            put(least.bitPattern, 16)
            put(most.bitPattern, 24)
            put(UInt32(positive.count), 32)
            put(UInt32(negative.count), 36)
            for (index, bin) in (positive + negative).enumerated() {
                put(bin.index, Self.header + index * Self.stride)
                put(bin.count, Self.header + index * Self.stride + 4)
            }
        }
        return data
    }

    /// - Throws: `attention` for what `bytes` never wrote.
    init(_ data: Data) throws {
        self = try data.withUnsafeBytes { bytes in
            func number<Number: FixedWidthInteger>(_ place: Int) -> Number {
                Number(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Number.self))
            }
            guard bytes.count >= Self.header, number(0) == UInt64(1) else { throw Self.damage }
            let (positive, negative) = (Int(number(32) as UInt32), Int(number(36) as UInt32))
            guard bytes.count == Self.header + Self.stride * (positive + negative) else { throw Self.damage }
            func bins(_ range: Range<Int>) -> [Bin] {
                range.map {
                    Bin(
                        index: number(Self.header + $0 * Self.stride), count: number(Self.header + $0 * Self.stride + 4)
                    )
                }
            }
            var sketch = ValueSketch()
            sketch.zeros = number(8)
            sketch.least = Double(bitPattern: number(16))
            sketch.most = Double(bitPattern: number(24))
            sketch.positive = bins(0..<positive)
            sketch.negative = bins(positive..<positive + negative)
            return sketch
        }
    }

    private static var damage: Fault {
        Fault(.attention, "the metric store has a damaged sketch of a summary", hint: MetricStore.recovery)
    }
}
