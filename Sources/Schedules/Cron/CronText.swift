/// The bytes of an expression, and where in them a part of it stands.
struct CronText {
    let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The words between spaces and tabs.
    var words: [Range<Int>] {
        var words: [Range<Int>] = []
        var start: Int?
        for (index, byte) in bytes.enumerated() {
            let isBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
            if isBlank, let first = start {
                words.append(first..<index)
                start = nil
            } else if !isBlank && start == nil {
                start = index
            }
        }
        if let start { words.append(start..<bytes.count) }
        return words
    }

    subscript(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// In characters, counted from 1, as an editor shows it.
    func column(of index: Int) -> Int { self[0..<index].count + 1 }

    func firstIndex(of character: Unicode.Scalar, in range: Range<Int>) -> Int? {
        bytes[range].firstIndex(of: UInt8(ascii: character))
    }

    /// The value of a word of digits, or nil. What is too long for any field becomes a number that is too big.
    func number(_ range: Range<Int>) -> Int? {
        guard !range.isEmpty else { return nil }
        var value = 0
        for byte in bytes[range] {
            guard byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") else { return nil }
            value = min(value * 10 + Int(byte - UInt8(ascii: "0")), 1_000_000)
        }
        return value
    }
}
