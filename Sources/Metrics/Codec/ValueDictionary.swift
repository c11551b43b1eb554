/// The different values of a chunk, if they are few, and the symbols that stand for them.
final class ValueDictionary {
    /// More values are no dictionary.
    static let most = 1024
    private static let slots = 4096

    /// In ascending order of their bit patterns.
    let keys: UnsafeMutablePointer<UInt64>
    private(set) var count = 0
    private let table: UnsafeMutablePointer<Int16>
    private let found: UnsafeMutablePointer<UInt64>
    private let symbols: UnsafeMutablePointer<Int16>
    private let often: UnsafeMutablePointer<Int32>
    private let models: UnsafeMutablePointer<BitModel>

    init(capacity: Int) {
        keys = .allocate(capacity: Self.most)
        found = .allocate(capacity: Self.most)
        table = .allocate(capacity: Self.slots)
        symbols = .allocate(capacity: capacity)
        often = .allocate(capacity: Self.most)
        models = .allocate(capacity: Self.most * 2)
    }

    deinit {
        keys.deallocate()
        found.deallocate()
        table.deallocate()
        symbols.deallocate()
        often.deallocate()
        models.deallocate()
    }

    /// Finds the different values. - Returns: false if there are too many for a dictionary to help.
    func collect(_ values: UnsafePointer<UInt64>, count total: Int) -> Bool {
        table.update(repeating: -1, count: Self.slots)
        count = 0
        let limit = min(Self.most, total / 2)
        for index in 0..<total {
            var slot = Int(truncatingIfNeeded: (values[index] &* 0x9E37_79B9_7F4A_7C15) &>> 52)
            while table[slot] >= 0, found[Int(table[slot])] != values[index] { slot = (slot &+ 1) & (Self.slots - 1) }
            if table[slot] < 0 {
                guard count < limit else { return false }
                found[count] = values[index]
                often[count] = 0
                table[slot] = Int16(truncatingIfNeeded: count)
                count += 1
            }
            symbols[index] = table[slot]
            often[Int(table[slot])] &+= 1
        }
        sort(total)
        return count > 0
    }

    /// What the symbols would cost: their entropy, and their models to be learned.
    func symbolBits(count total: Int) -> Double {
        var bits = BitCost.sum(total) + Double(count) * 4
        for key in 0..<count { bits -= BitCost.sum(Int(often[key])) }
        return bits
    }

    func encodeSymbols(count total: Int, _ encoder: inout RangeEncoder) {
        let depth = Self.depth(count)
        models.update(repeating: .fresh, count: 1 << depth)
        for index in 0..<total {
            var node = 1
            for level in stride(from: depth - 1, through: 0, by: -1) {
                let bit = UInt32(truncatingIfNeeded: symbols[index] &>> Int16(level) & 1)
                encoder.encode(bit, models + node)
                node = node &* 2 &+ Int(bit)
            }
        }
    }

    /// Of a dictionary of `size` values that lie in `keys`.
    func decodeSymbols(
        into values: UnsafeMutablePointer<UInt64>, size: Int, count total: Int, _ decoder: inout RangeDecoder
    ) {
        let depth = Self.depth(size)
        models.update(repeating: .fresh, count: 1 << depth)
        for index in 0..<total {
            var node = 1
            for _ in 0..<depth { node = node &* 2 &+ Int(decoder.decode(models + node)) }
            values[index] = keys[min(node &- 1 &<< depth, size - 1)]
        }
    }

    private static func depth(_ count: Int) -> Int { Int.bitWidth - (count - 1).leadingZeroBitCount }

    private func sort(_ total: Int) {
        let ranks = (0..<count).sorted { found[$0] < found[$1] }
        var places = [Int16](repeating: 0, count: count)
        for (rank, place) in ranks.enumerated() {
            keys[rank] = found[place]
            places[place] = Int16(rank)
        }
        for index in 0..<total { symbols[index] = places[Int(symbols[index])] }
    }
}
