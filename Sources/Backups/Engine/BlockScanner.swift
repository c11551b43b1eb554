import Cryptography

/// Decides where chunks end: docs/repository-format.md, section 10.
///
/// One pass over a block answers all three questions; the keys keep cut positions from telling what a guest holds.
struct BlockScanner: Sendable {
    private let z0, z1, z2, z3, multiplier: UInt64

    struct Verdict {
        var isZero: Bool
        var endsInZeros: Bool
        var hash: UInt64
    }

    /// Blocks whose hash lies below end a chunk.
    static let threshold = UInt64((UInt128(1) << 64) / UInt128(Geometry.odds))

    init(cutKey: [UInt8]) throws {
        let bytes = try deriveKey(from: cutKey, salt: [], info: "debvisor cut 1", count: 40)
        let words = bytes.withPointer { pointer in (0..<5).map { pointer.u64($0 * 8) } }
        (z0, z1, z2, z3, multiplier) = (words[0], words[1], words[2], words[3], words[4] | 1)
    }

    @inline(__always)
    private static func rotate(_ x: UInt64, _ n: UInt64) -> UInt64 { x &<< n | x &>> (64 &- n) }

    /// - Parameter block: 4096 bytes, 8-byte aligned.
    @inline(__always)
    func scan(_ block: UnsafeRawPointer) -> Verdict {
        let words = block.assumingMemoryBound(to: UInt64.self)
        var s0 = z0, s1 = z1, s2 = z2, s3 = z3
        var all: UInt64 = 0
        var index = 0
        var tail: UInt64 = 0
        while index < 512 {
            if index == 504 { (all, tail) = (0, all) }
            let w0 = UInt64(littleEndian: words[index]), w1 = UInt64(littleEndian: words[index &+ 1])
            let w2 = UInt64(littleEndian: words[index &+ 2]), w3 = UInt64(littleEndian: words[index &+ 3])
            all |= w0 | w1 | w2 | w3
            s0 = (Self.rotate(s0, 29) ^ w0) &* multiplier
            s1 = (Self.rotate(s1, 29) ^ w1) &* multiplier
            s2 = (Self.rotate(s2, 29) ^ w2) &* multiplier
            s3 = (Self.rotate(s3, 29) ^ w3) &* multiplier
            index &+= 4
        }
        var hash = s0 &+ Self.rotate(s1, 17) &+ Self.rotate(s2, 31) &+ Self.rotate(s3, 47)
        hash ^= hash &>> 32
        hash = hash &* 0xd6e8_feb8_6659_fd93
        hash ^= hash &>> 32
        // From word 504 on `all` holds only the last 64 bytes, `tail` everything before.
        return Verdict(isZero: all | tail == 0, endsInZeros: all == 0, hash: hash)
    }

    /// Whether the chunk ends after its `blocks`-th block, which looks like `verdict`.
    @inline(__always)
    static func ends(after blocks: Int, _ verdict: Verdict) -> Bool {
        blocks >= Geometry.chunkBlocks
            || blocks >= Geometry.minimumBlocks && (verdict.endsInZeros || verdict.hash < threshold)
    }
}
