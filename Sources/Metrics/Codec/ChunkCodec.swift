import CSystem
import DebVisorCore

/// The samples of one series in a stretch of time, as bytes and back; docs/architecture.md has the layout. Owned by one
/// thread: it reuses its buffers.
final class ChunkCodec {
    /// The most samples of a chunk.
    static let capacity = 4096
    private static let version: UInt8 = 1
    /// Of any integer at most: 7 + 1 + 2 bits whose models were sure of the opposite, and 61 plain ones.
    private static let room = capacity * 3 * 32 + 4096

    private let stream = IntegerStream(capacity: capacity)
    private let values = ValueCoder(capacity: capacity)
    private let bytes: UnsafeMutablePointer<UInt8> = .allocate(capacity: room)

    deinit { bytes.deallocate() }

    /// - Parameters:
    ///   - times: ascending.
    ///   - count: 1 to `capacity`.
    /// - Returns: the chunk, until the codec is used again.
    func encode(_ times: UnsafePointer<Int64>, _ bits: UnsafePointer<UInt64>, count: Int) -> UnsafeRawBufferPointer {
        precondition((1...Self.capacity).contains(count))
        var encoder = RangeEncoder(bytes + ChunkHeader.size)
        stream.encode(times, count: count, &encoder)
        values.encode(bits, count: count, &encoder)
        encoder.finish()
        let chunk = UnsafeMutableRawBufferPointer(start: bytes, count: ChunkHeader.size + encoder.count)
        ChunkHeader(of: bits, count: count).store(in: chunk)
        return UnsafeRawBufferPointer(chunk)
    }

    /// - Parameters: room for `capacity` each.
    /// - Returns: how many samples the chunk has.
    /// - Throws: `attention` if it is damaged.
    func decode(
        _ chunk: UnsafeRawBufferPointer, _ times: UnsafeMutablePointer<Int64>, _ bits: UnsafeMutablePointer<UInt64>
    ) throws -> Int {
        let header = try ChunkHeader(reading: chunk)
        var decoder = RangeDecoder(UnsafeRawBufferPointer(rebasing: chunk[ChunkHeader.size...]).assumingMemoryBound())
        stream.decode(into: times, count: header.count, &decoder)
        values.decode(into: bits, count: header.count, &decoder)
        return header.count
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func assumingMemoryBound() -> UnsafeBufferPointer<UInt8> { assumingMemoryBound(to: UInt8.self) }
}
