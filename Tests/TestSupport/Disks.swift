/// Disks as guests leave them: holes, random data, text, repeated stretches; sizes that end anywhere.
package enum Disks {
    package static func random(_ seed: UInt64, bytes count: Int) -> [UInt8] {
        var generator = SeededRandom(seed: seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            let length = Int(UInt64.random(in: 1...96, using: &generator)) * 4096
            switch UInt64.random(in: 0..<5, using: &generator) {
            case 0: bytes += [UInt8](repeating: 0, count: length)
            case 1:
                let numbers = (0..<length / 8).map { $0 &* 2_654_435_761 }
                numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
            case 2 where bytes.count > length:
                let start =
                    Int(UInt64.random(in: 0..<UInt64((bytes.count - length) / 4096 + 1), using: &generator)) * 4096
                bytes += bytes[start..<start + length]
            default:
                bytes += generator.bytes(length)
            }
        }
        return Array(bytes[..<count])
    }

    /// Quickly, which tests that are not optimised cannot.
    package static func isZero(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.allSatisfy { $0 == 0 } }
}
