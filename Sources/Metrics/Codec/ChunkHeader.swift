import CSystem
import DebVisorCore

/// The first bytes of a chunk, little-endian: 0 CRC-32C of all that follows, 4 version (1), 5 a zero, 6 number of samples
/// (16 bits), 8 least, 16 largest, 24 sum of the values that are numbers (0 if there are none).
struct ChunkHeader {
    static let size = 32
    private static let version: UInt8 = 1

    let count: Int
    private(set) var least = Double.infinity
    private(set) var largest = -Double.infinity
    private(set) var sum = 0.0

    init(of bits: UnsafePointer<UInt64>, count: Int) {
        self.count = count
        for index in 0..<count {
            let value = Double(bitPattern: bits[index])
            guard !value.isNaN else { continue }
            if value < least { least = value }
            if value > largest { largest = value }
            sum += value
        }
    }

    /// - Throws: `attention` if these are not the bytes that were written.
    init(reading chunk: UnsafeRawBufferPointer) throws {
        guard chunk.count >= Self.size, let base = chunk.baseAddress else { throw Self.damage("too short") }
        func word<Number: FixedWidthInteger>(_ offset: Int, _: Number.Type) -> Number {
            Number(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: Number.self))
        }
        guard word(0, UInt32.self) == dv_crc32c(0, base + 4, chunk.count - 4) else {
            throw Self.damage("its checksum is wrong")
        }
        count = Int(word(6, UInt16.self))
        guard word(4, UInt8.self) == Self.version, (1...ChunkCodec.capacity).contains(count) else {
            throw Self.damage("version \(word(4, UInt8.self)), \(count) samples")
        }
        least = Double(bitPattern: word(8, UInt64.self))
        largest = Double(bitPattern: word(16, UInt64.self))
        sum = Double(bitPattern: word(24, UInt64.self))
    }

    func write(to chunk: UnsafeMutableRawBufferPointer) {
        guard let base = chunk.baseAddress else { return }
        base.storeBytes(of: UInt32(Self.version).littleEndian, toByteOffset: 4, as: UInt32.self)
        base.storeBytes(of: UInt16(count).littleEndian, toByteOffset: 6, as: UInt16.self)
        base.storeBytes(of: least.bitPattern.littleEndian, toByteOffset: 8, as: UInt64.self)
        base.storeBytes(of: largest.bitPattern.littleEndian, toByteOffset: 16, as: UInt64.self)
        base.storeBytes(of: sum.bitPattern.littleEndian, toByteOffset: 24, as: UInt64.self)
        base.storeBytes(of: dv_crc32c(0, base + 4, chunk.count - 4).littleEndian, as: UInt32.self)
    }

    private static func damage(_ what: String) -> Fault {
        Fault(.attention, "a chunk of the metric store is damaged", hint: MetricStore.recovery, cause: what)
    }
}
