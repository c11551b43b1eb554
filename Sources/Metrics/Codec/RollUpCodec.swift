/// Roll-ups of one series and tier as bytes and back: a chunk's header with a 1 at byte 5, then in the range coder starts,
/// numbers of samples and the times of the last ones after their start, as integer streams; least, largest, sum, squares,
/// last and lost as values.
final class RollUpCodec {
    private static let room = ChunkCodec.capacity * 9 * 32 + 4096

    private let stream = IntegerStream(capacity: ChunkCodec.capacity)
    private let values = ValueCoder(capacity: ChunkCodec.capacity)
    private let bytes: UnsafeMutablePointer<UInt8> = .allocate(capacity: room)

    deinit { bytes.deallocate() }

    private static var columns: [WritableKeyPath<RollUp, Double>] {
        [\.least, \.largest, \.sum, \.squares, \.last, \.lost]
    }

    /// - Parameter rollUps: 1 to `ChunkCodec.capacity`, ascending.
    /// - Returns: the chunk, until the codec is used again.
    func encode(_ rollUps: ArraySlice<RollUp>) -> UnsafeRawBufferPointer {
        var encoder = RangeEncoder(bytes + ChunkHeader.size)
        stream.encode(rollUps.map(\.start), count: rollUps.count, &encoder)
        stream.encode(rollUps.map(\.count), count: rollUps.count, &encoder)
        stream.encode(rollUps.map { $0.lastTime &- $0.start }, count: rollUps.count, &encoder)
        for column in Self.columns {
            values.encode(rollUps.map { $0[keyPath: column].bitPattern }, count: rollUps.count, &encoder)
        }
        encoder.finish()
        let chunk = UnsafeMutableRawBufferPointer(start: bytes, count: ChunkHeader.size + encoder.count)
        var header = ChunkHeader(of: rollUps.map(\.least.bitPattern), count: rollUps.count, kind: .rollUps)
        header.include(rollUps)
        header.store(in: chunk)
        return UnsafeRawBufferPointer(chunk)
    }

    /// - Throws: `attention` if it is damaged.
    func decode(_ chunk: UnsafeRawBufferPointer) throws -> [RollUp] {
        let count = try ChunkHeader(reading: chunk, kind: .rollUps).count
        var decoder = RangeDecoder(
            UnsafeRawBufferPointer(rebasing: chunk[ChunkHeader.size...]).assumingMemoryBound(to: UInt8.self))
        var rollUps = Array(repeating: RollUp(start: 0), count: count)
        var integers = [Int64](repeating: 0, count: count)
        stream.decode(into: &integers, count: count, &decoder)
        for index in 0..<count { rollUps[index].start = integers[index] }
        stream.decode(into: &integers, count: count, &decoder)
        for index in 0..<count { rollUps[index].count = integers[index] }
        stream.decode(into: &integers, count: count, &decoder)
        for index in 0..<count { rollUps[index].lastTime = rollUps[index].start &+ integers[index] }
        var bits = [UInt64](repeating: 0, count: count)
        for column in Self.columns {
            values.decode(into: &bits, count: count, &decoder)
            for index in 0..<count { rollUps[index][keyPath: column] = Double(bitPattern: bits[index]) }
        }
        return rollUps
    }
}
