/// Every bit pattern of a Double as an integer that grows with the value: neighbours differ by one, -0 comes just
/// before 0, infinities and NaNs lie beyond.
enum OrderedBits {
    @inline(__always)
    static func of(_ bits: UInt64) -> Int64 {
        let signed = Int64(bitPattern: bits)
        return signed >= 0 ? signed : signed ^ .max
    }

    @inline(__always)
    static func bits(_ ordered: Int64) -> UInt64 {
        UInt64(bitPattern: ordered >= 0 ? ordered : ordered ^ .max)
    }
}
