import Glibc

/// What integers would cost, from how often each length occurs: within some percent of what the coder then needs.
struct BitCost {
    private var lengths: (UnsafeMutablePointer<Int32>) = .allocate(capacity: 65)

    func free() { lengths.deallocate() }

    /// Bits for these residuals.
    func bits(_ values: UnsafePointer<Int64>, count: Int) -> Double {
        lengths.update(repeating: 0, count: 65)
        for index in 0..<count { lengths[64 &- values[index].magnitude.leadingZeroBitCount] &+= 1 }
        var bits = Self.sum(count)
        for length in 0...64 where lengths[length] > 0 {
            let often = Int(lengths[length])
            // The length's share of the entropy, and the bits below the leading one with the sign in its place.
            bits += Double(often * length) - Self.sum(often)
            // A model has to be learned.
            bits += 4
        }
        return bits
    }

    /// n log2 n.
    static func sum(_ count: Int) -> Double {
        count < limit ? Double(table.base[count]) : Double(count) * log2(Double(count))
    }

    private static let limit = 4097
    private static let table: UnsafeTable<Float> = UnsafeTable(count: limit) {
        $0 == 0 ? 0 : Float(Double($0) * log2(Double($0)))
    }
}
