import CSystem
import DebVisorCore

/// The first bytes of a chunk, little-endian: 0 CRC-32C of all that follows, 4 version (1), 5 kind, 6 number of samples or
/// roll-ups (16 bits), 8 least, 16 largest, 24 sum of the values that are numbers.
struct ChunkHeader {
    static let size = 32
    private static let version: UInt8 = 1

    enum Kind: UInt8 { case samples, rollUps }

    let kind: Kind
    let count: Int
    private(set) var least = Double.infinity
    private(set) var largest = -Double.infinity
    private(set) var sum = 0.0

    init(of bits: UnsafePointer<UInt64>, count: Int, kind: Kind = .samples) {
        (self.kind, self.count) = (kind, count)
        for index in 0..<count {
            let value = Double(bitPattern: bits[index])
            guard !value.isNaN else { continue }
            if value < least { least = value }
            if value > largest { largest = value }
            sum += value
        }
    }

    /// - Throws: `attention` if these are not the bytes that were written.
    init(reading chunk: UnsafeRawBufferPointer, kind: Kind = .samples) throws {
        self.kind = kind
        guard chunk.count >= Self.size, let base = chunk.baseAddress else { throw Self.damage("too short") }
        func word<Number: FixedWidthInteger>(_ offset: Int, _: Number.Type) -> Number {
            Number(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: Number.self))
        }
        guard word(0, UInt32.self) == dv_crc32c(0, base + 4, chunk.count - 4) else {
            throw Self.damage("its checksum is wrong")
        }
        count = Int(word(6, UInt16.self))
        guard word(4, UInt8.self) == Self.version, word(5, UInt8.self) == kind.rawValue,
            (1...ChunkCodec.capacity).contains(count)
        else {
            throw Self.damage("version \(word(4, UInt8.self)), kind \(word(5, UInt8.self)), \(count) samples")
        }
        least = Double(bitPattern: word(8, UInt64.self))
        largest = Double(bitPattern: word(16, UInt64.self))
        sum = Double(bitPattern: word(24, UInt64.self))
    }

    func store(in chunk: UnsafeMutableRawBufferPointer) {
        guard let base = chunk.baseAddress else { return }
        base.storeBytes(
            of: (UInt32(Self.version) | UInt32(kind.rawValue) << 8).littleEndian, toByteOffset: 4, as: UInt32.self)
        base.storeBytes(of: UInt16(count).littleEndian, toByteOffset: 6, as: UInt16.self)
        base.storeBytes(of: least.bitPattern.littleEndian, toByteOffset: 8, as: UInt64.self)
        base.storeBytes(of: largest.bitPattern.littleEndian, toByteOffset: 16, as: UInt64.self)
        base.storeBytes(of: sum.bitPattern.littleEndian, toByteOffset: 24, as: UInt64.self)
        base.storeBytes(of: dv_crc32c(0, base + 4, chunk.count - 4).littleEndian, as: UInt32.self)
    }

    /// What roll-ups know of their samples.
    mutating func include(_ rollUps: ArraySlice<RollUp>) {
        largest = rollUps.reduce(-.infinity) { max($0, $1.largest) }
        sum = rollUps.reduce(0) { $0 + $1.sum }
    }

    private static func damage(_ what: String) -> Fault {
        Fault(.attention, "a chunk of the metric store is damaged", hint: MetricStore.recovery, cause: what)
    }
}
