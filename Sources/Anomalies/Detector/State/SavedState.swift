import CSystem
import DebVisorCore

/// The frame around a detector's numbers. All little-endian:
///
/// | bytes | what |
/// |---|---|
/// | 4 | `DVAD` |
/// | 4 | version, 1 |
/// | 4 | length of the whole |
/// | 4 | 1 if the series has known limits, else 0 |
/// | 8, 8 | the limits, doubles; 0 without |
/// | n | the numbers, as `StateMemory` keeps them |
/// | 4 | CRC-32C of all before |
enum SavedState {
    private static let magic: [UInt8] = Array("DVAD".utf8)
    private static let version: UInt32 = 1
    private static let headSize = 32

    static func bytes(of memory: StateMemory, limits: KnownLimits?) -> [UInt8] {
        let length = headSize + memory.savedSize + 4
        var bytes = magic
        bytes.reserveCapacity(length)
        bytes.appendLittle(version)
        bytes.appendLittle(UInt32(length))
        bytes.appendLittle(UInt32(limits == nil ? 0 : 1))
        bytes.appendLittle((limits?.least ?? 0).bitPattern)
        bytes.appendLittle((limits?.most ?? 0).bitPattern)
        memory.save(into: &bytes)
        bytes += [0, 0, 0, 0]
        seal(&bytes)
        return bytes
    }

    /// Writes the checksum of all before into the last four bytes.
    static func seal(_ bytes: inout [UInt8]) {
        let checksum = bytes.withUnsafeBytes { dv_crc32c(0, $0.baseAddress, $0.count - 4) }
        for place in 0..<4 {
            bytes[bytes.count - 4 + place] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(place)))
        }
    }

    /// The limits that the state was saved with. - Throws: `attention` if this is not a whole state of this version.
    static func limits(in bytes: [UInt8]) throws -> KnownLimits? {
        guard bytes.count >= headSize + 4, Array(bytes[..<4]) == magic else {
            throw damaged("it does not begin as one")
        }
        return try bytes.withUnsafeBytes { raw in
            func word(_ offset: Int) -> UInt32 {
                UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            }
            func double(_ offset: Int) -> Double {
                Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            }
            guard dv_crc32c(0, raw.baseAddress, raw.count - 4) == word(raw.count - 4) else {
                throw damaged("its checksum is wrong")
            }
            guard word(4) == version else {
                throw Fault(
                    .attention, "the state of a detector has version \(word(4)), this program knows \(version)",
                    hint: "score the series anew from its samples")
            }
            guard Int(word(8)) == raw.count else { throw damaged("its length is wrong") }
            guard word(12) == 1 else { return nil }
            guard let limits = KnownLimits(double(16), double(24)) else { throw damaged("its limits are none") }
            return limits
        }
    }

    /// - Throws: `attention` if a number is not one a detector may hold.
    static func restore(_ bytes: [UInt8], into memory: StateMemory) throws {
        guard bytes.count == headSize + memory.savedSize + 4 else { throw damaged("its length is wrong") }
        let isSound = bytes.withUnsafeBytes { raw in
            memory.restore(from: UnsafeRawBufferPointer(rebasing: raw[headSize..<raw.count - 4]))
        }
        guard isSound else { throw impossible }
    }

    static let impossible = damaged("a number in it is impossible")

    private static func damaged(_ cause: String) -> Fault {
        Fault(
            .attention, "the state of a detector is damaged", hint: "score the series anew from its samples",
            cause: cause)
    }
}
