/// Little-endian numbers in byte buffers: the repository's files are written and read with these alone.
extension UnsafeRawPointer {
    func u16(_ offset: Int) -> UInt16 { UInt16(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self)) }
    func u32(_ offset: Int) -> UInt32 { UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
    func u64(_ offset: Int) -> UInt64 { UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
    func u8(_ offset: Int) -> UInt8 { load(fromByteOffset: offset, as: UInt8.self) }
    func id(_ offset: Int) -> ObjectID { ObjectID(self + offset) }
}

extension UnsafeMutableRawPointer {
    func put(_ value: some FixedWidthInteger, _ offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: type(of: value).self)
    }
    func put(_ id: ObjectID, _ offset: Int) { id.store(to: self + offset) }
}

extension [UInt8] {
    mutating func append(little value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
    mutating func append(_ id: ObjectID) { append(contentsOf: id.bytes) }
    mutating func appendZeros(_ count: Int) { append(contentsOf: repeatElement(0, count: count)) }

    /// Reads through a raw pointer; the array must not be empty.
    func withPointer<Result>(_ body: (UnsafeRawPointer) throws -> Result) rethrows -> Result {
        try withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("empty buffer") }
            return try body(base)
        }
    }
}

extension Int {
    /// The next multiple of `unit`, a power of two.
    func roundedUp(to unit: Int) -> Int { (self + unit - 1) & ~(unit - 1) }
}
