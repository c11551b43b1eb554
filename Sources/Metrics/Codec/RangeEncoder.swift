/// Writes bits, each at the cost of how unlikely its model thought it: the range coder of LZMA (Igor Pavlov, public
/// domain, after G. N. N. Martin 1979) with models of 16 bits.
struct RangeEncoder {
    private var low: UInt64 = 0
    private var range: UInt32 = .max
    /// The last byte that is certain but for a carry, and how many bytes wait for it (the others are 0xFF).
    private var cache: UInt8 = 0
    private var pending = 1
    private let target: UnsafeMutablePointer<UInt8>
    private let steps: UnsafePointer<Int64>
    /// Bytes written. The very first one is always zero and left out.
    private(set) var count = -1

    /// - Parameter target: has room for whatever is written; see `ChunkCodec.room`.
    init(_ target: UnsafeMutablePointer<UInt8>) {
        self.target = target
        steps = BitModel.steps.base
    }

    @inline(__always)
    mutating func encode(_ bit: UInt32, _ model: UnsafeMutablePointer<BitModel>) {
        let bound = UInt32(truncatingIfNeeded: (UInt64(range) &* UInt64(model.pointee.chance)) &>> 16)
        if bit == 0 {
            low &+= UInt64(bound)
            range &-= bound
        } else {
            range = bound
        }
        model.pointee.learn(bit, steps)
        if range < 1 << 24 { normalize() }
    }

    /// The lowest `count` bits of a number, at most 64, each as likely as not.
    @inline(__always)
    mutating func encode(_ number: UInt64, bits count: Int) {
        var rest = count
        while rest > 0 {
            let part = min(rest, 16)
            rest &-= part
            range &>>= UInt32(truncatingIfNeeded: part)
            low &+= UInt64(range) &* (number &>> UInt64(rest) & (1 &<< UInt64(part) &- 1))
            normalize()
        }
    }

    /// Any number: its length in 7 bits, then its bits.
    mutating func encode(number: UInt64) {
        let length = 64 - number.leadingZeroBitCount
        encode(UInt64(length), bits: 7)
        encode(number, bits: length)
    }

    /// Makes the last bits certain; nothing is encoded after it.
    mutating func finish() {
        for _ in 0..<5 { shift() }
        // Zeros at the end are what a decoder reads there anyway.
        while count > 0, target[count - 1] == 0 { count -= 1 }
    }

    @inline(__always)
    private mutating func normalize() {
        while range < 1 << 24 {
            range &<<= 8
            shift()
        }
    }

    private mutating func shift() {
        if low < 0xFF00_0000 || low > 0xFFFF_FFFF {
            let carry = UInt8(truncatingIfNeeded: low &>> 32)
            var byte = cache
            repeat {
                if count >= 0 { target[count] = byte &+ carry }
                count &+= 1
                byte = 0xFF
                pending &-= 1
            } while pending > 0
            cache = UInt8(truncatingIfNeeded: low &>> 24)
        }
        pending &+= 1
        low = (low & 0x00FF_FFFF) &<< 8
    }
}
