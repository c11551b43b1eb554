/// Reads what a `RangeEncoder` wrote, with models that begin and learn alike. Of damaged bytes it makes some numbers or
/// other, never a crash; whoever wants to know checks the chunk's checksum first.
struct RangeDecoder {
    private var code: UInt32 = 0
    private var range: UInt32 = .max
    private var next: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>
    private let steps: UnsafePointer<Int64>

    init(_ source: UnsafeBufferPointer<UInt8>) {
        steps = BitModel.steps.base
        next = source.baseAddress ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped
        end = next + source.count
        for _ in 0..<4 { code = code &<< 8 | UInt32(byte()) }
    }

    @inline(__always)
    mutating func decode(_ model: UnsafeMutablePointer<BitModel>) -> UInt32 {
        let bound = UInt32(truncatingIfNeeded: (UInt64(range) &* UInt64(model.pointee.chance)) &>> 16)
        let bit: UInt32
        if code < bound {
            range = bound
            bit = 1
        } else {
            code &-= bound
            range &-= bound
            bit = 0
        }
        model.pointee.learn(bit, steps)
        if range < 1 << 24 { normalize() }
        return bit
    }

    @inline(__always)
    mutating func decode(bits count: Int) -> UInt64 {
        var number: UInt64 = 0
        var rest = count
        while rest > 0 {
            let part = min(rest, 16)
            rest &-= part
            range &>>= UInt32(truncatingIfNeeded: part)
            let value = min(code / range, 1 &<< UInt32(truncatingIfNeeded: part) &- 1)
            code &-= value &* range
            number = number &<< UInt64(part) | UInt64(value)
            normalize()
        }
        return number
    }

    mutating func decodeNumber() -> UInt64 { decode(bits: min(64, Int(decode(bits: 7)))) }

    @inline(__always)
    private mutating func normalize() {
        while range < 1 << 24 {
            range &<<= 8
            code = code &<< 8 | UInt32(byte())
        }
    }

    @inline(__always)
    private mutating func byte() -> UInt8 {
        guard next < end else { return 0 }
        defer { next += 1 }
        return next.pointee
    }
}
