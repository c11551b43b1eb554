/// 16 bytes that name an object or a chunk, compared as bytes.
package struct ObjectID: Sendable, Hashable, Comparable {
    /// Bytes 0..7 and 8..15, each as a big-endian number.
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// No object: a hole in a map.
    package static let zero = ObjectID(high: 0, low: 0)

    package static func random() -> ObjectID {
        ObjectID(high: .random(in: .min ... .max), low: .random(in: .min ... .max))
    }

    package static func < (a: ObjectID, b: ObjectID) -> Bool { a.high != b.high ? a.high < b.high : a.low < b.low }

    package init(_ bytes: UnsafeRawPointer) {
        high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    package func store(to target: UnsafeMutableRawPointer) {
        target.storeBytes(of: high.bigEndian, as: UInt64.self)
        target.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }

    package var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16)
        bytes.withUnsafeMutableBytes { if let base = $0.baseAddress { store(to: base) } }
        return bytes
    }
}

extension ObjectID: CustomStringConvertible {
    /// 32 hex digits.
    package var description: String { bytes.hex }

    package init?(hex text: some StringProtocol) {
        guard text.utf8.count == 32, let bytes = [UInt8](hex: text) else { return nil }
        self = bytes.withUnsafeBytes { $0.baseAddress.map(ObjectID.init) ?? .zero }
    }
}

extension [UInt8] {
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// nil unless `text` is an even number of lower-case hex digits.
    package init?(hex text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        func value(_ digit: UInt8) -> UInt8? {
            switch digit {
            case 48...57: digit - 48
            case 97...102: digit - 87
            default: nil
            }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self = bytes
    }
}
