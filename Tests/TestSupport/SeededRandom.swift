/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed.
package struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    package mutating func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            for place in stride(from: 0, to: count & ~7, by: 8) {
                bytes.storeBytes(of: next(), toByteOffset: place, as: UInt64.self)
            }
            withUnsafeBytes(of: next()) { bytes[(count & ~7)...].copyBytes(from: $0[..<(count & 7)]) }
            filled = count
        }
    }
}
