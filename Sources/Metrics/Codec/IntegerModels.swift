/// The models of one stream of integers: how long a number is, its sign, and its two highest bits after the first.
///
/// A number of `c` significant bits (0 to 64) is `c` down a binary tree, then its sign, then the bits below the leading
/// one; of these all but two are taken as they come. Fpzip (Lindstrom, Isenburg 2006) codes residuals so.
struct IntegerModels {
    private static let lengths = 128
    private static let signs = 65
    private static let count = lengths + signs + 65 * 4

    private let memory: UnsafeMutablePointer<BitModel>

    /// Owned by whoever made it: see `free`.
    init() { memory = .allocate(capacity: Self.count) }

    func free() { memory.deallocate() }

    func reset() { memory.update(repeating: .fresh, count: Self.count) }

    /// - Parameter depth: levels of the tree, enough for the longest number of the stream.
    @inline(__always)
    func encode(_ value: Int64, depth: Int, _ encoder: inout RangeEncoder) {
        let magnitude = value.magnitude
        let length = 64 &- magnitude.leadingZeroBitCount
        var node = 1
        var level = depth &- 1
        while level >= 0 {
            let bit = UInt32(truncatingIfNeeded: length &>> level & 1)
            encoder.encode(bit, memory + node)
            node = node &* 2 &+ Int(bit)
            level &-= 1
        }
        guard length > 0 else { return }
        encoder.encode(value < 0 ? 1 : 0, memory + (Self.lengths &+ length))
        guard length > 1 else { return }
        let tops = memory + (Self.lengths &+ Self.signs &+ length &* 4)
        let first = UInt32(truncatingIfNeeded: magnitude &>> UInt64(length &- 2) & 1)
        encoder.encode(first, tops + 1)
        guard length > 2 else { return }
        encoder.encode(
            UInt32(truncatingIfNeeded: magnitude &>> UInt64(length &- 3) & 1), tops + (2 &+ Int(first)))
        if length > 3 { encoder.encode(magnitude, bits: length &- 3) }
    }

    @inline(__always)
    func decode(depth: Int, _ decoder: inout RangeDecoder) -> Int64 {
        var node = 1
        for _ in 0..<depth { node = node &* 2 &+ Int(decoder.decode(memory + node)) }
        let length = min(64, node &- 1 &<< depth)
        guard length > 0 else { return 0 }
        let isNegative = decoder.decode(memory + (Self.lengths &+ length)) == 1
        var magnitude: UInt64 = 1
        if length > 1 {
            let tops = memory + (Self.lengths &+ Self.signs &+ length &* 4)
            let first = decoder.decode(tops + 1)
            magnitude = 2 | UInt64(first)
            if length > 2 { magnitude = magnitude &* 2 | UInt64(decoder.decode(tops + (2 &+ Int(first)))) }
            if length > 3 { magnitude = magnitude &<< UInt64(length &- 3) | decoder.decode(bits: length &- 3) }
        }
        let value = Int64(bitPattern: magnitude)
        return isNegative ? 0 &- value : value
    }
}
