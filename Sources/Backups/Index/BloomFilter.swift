/// A split-block Bloom filter over ids, 12 bits a key: docs/repository-format.md, section 7
/// (Apache Parquet, "Parquet Bloom Filter"; Putze, Sanders, Singler, "Cache-, hash- and space-efficient bloom filters").
struct BloomFilter: Sendable {
    private(set) var words: [UInt32]

    static let wordsPerBlock = 8
    private static let salts: [UInt32] = [
        0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31,
    ]

    var blocks: Int { words.count / Self.wordsPerBlock }

    init(keys: Int) { words = [UInt32](repeating: 0, count: max(1, (keys * 12 + 255) / 256) * Self.wordsPerBlock) }

    init(words: [UInt32]) { self.words = words }

    private func start(_ id: ObjectID) -> (word: Int, low: UInt32) {
        // The file's numbers are little endian, an ObjectID holds its bytes as big-endian numbers.
        let x = id.low.byteSwapped
        let block = ((x >> 32) * UInt64(blocks)) >> 32
        return (Int(block) * Self.wordsPerBlock, UInt32(truncatingIfNeeded: x))
    }

    mutating func insert(_ id: ObjectID) {
        let (word, low) = start(id)
        for index in 0..<Self.wordsPerBlock { words[word + index] |= 1 << ((low &* Self.salts[index]) >> 27) }
    }

    /// False if the id was certainly never inserted.
    func mayContain(_ id: ObjectID) -> Bool {
        let (word, low) = start(id)
        for index in 0..<Self.wordsPerBlock where words[word + index] & (1 << ((low &* Self.salts[index]) >> 27)) == 0 {
            return false
        }
        return true
    }
}
