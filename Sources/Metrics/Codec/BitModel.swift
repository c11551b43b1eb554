/// How likely a bit is a one, as learned from the bits before it: 22 bits of probability, 10 bits of how many were seen.
///
/// A young model moves fast and an old one slowly, as the state maps of Mahoney's lpaq: with `n` bits seen the
/// probability moves by 1/(n + 1.6) of what it was wrong.
typealias BitModel = UInt32

extension BitModel {
    /// Nothing seen: both are as likely.
    static let fresh: BitModel = 1 << 31
    /// A model that has seen so many bits grows no older.
    static let limit = 255

    /// The probability of a one in 65,536ths, never 0 or 1.
    @inline(__always)
    var chance: UInt32 { Swift.min(Swift.max(self &>> 16, 1), 65_535) }

    /// - Parameter steps: `BitModel.steps`.
    @inline(__always)
    mutating func learn(_ bit: UInt32, _ steps: UnsafePointer<Int64>) {
        let count = Int(self & 1023)
        let old = Int64(self &>> 10)
        let aim: Int64 = bit == 0 ? 0 : (1 << 22) - 1
        let new = old &+ ((aim &- old) &* steps[count]) &>> 16
        self = UInt32(truncatingIfNeeded: new) &<< 10 | UInt32(truncatingIfNeeded: Swift.min(count &+ 1, Self.limit))
    }

    /// How far a model moves that has seen so many bits, in 65,536ths: of all codecs, never freed. In integers, so that
    /// every machine learns the same.
    static let steps: UnsafeTable<Int64> = UnsafeTable(count: limit + 1) { Int64(655_360 / (10 * $0 + 16)) }
}

/// A table of constants that hot loops read without bounds checks; it lives as long as the process.
struct UnsafeTable<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    // Safe to share: nobody writes it after `init`.
    let base: UnsafePointer<Element>

    init(count: Int, _ element: (Int) -> Element) {
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: count)
        for index in 0..<count { memory[index] = element(index) }
        base = UnsafePointer(memory)
    }
}
