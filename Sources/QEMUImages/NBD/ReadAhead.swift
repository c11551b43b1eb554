import DebVisorCore
import Glibc
import Hypervisor

/// A queue of requests in flight for the bytes that will be read next.
///
/// The data of the last `extents` answer, widened to whole blocks, is one stream; pieces of it are asked for in order
/// and handed out in order. A read that does not follow the stream is answered beside it.
final class ReadAhead {
    private struct Piece {
        var range: Range<UInt64>
        var buffer: UnsafeMutableRawPointer
        var cookie: Int64
        var isComplete = false
    }

    private let connection: NBDConnection
    private let pieceBytes: Int
    /// Measured with qemu-nbd: pieces of 256 KiB come twice as fast as those of 1 MiB, more in flight gain nothing.
    private static let depth = 16
    private static let block: UInt64 = 4096
    private var pieces: [Piece] = []
    private var spare: [UnsafeMutableRawPointer] = []
    /// Stretches of the stream not yet asked for, in order.
    private var stretches: [Range<UInt64>] = []
    private var next = 0

    init(_ connection: NBDConnection) {
        self.connection = connection
        pieceBytes = min(256 << 10, connection.largest)
    }

    deinit {
        // First the connection: a late answer must not go into memory that is free.
        connection.close()
        for piece in pieces { piece.buffer.deallocate() }
        for buffer in spare { buffer.deallocate() }
    }

    /// Tells what will be read, probably.
    func expect(_ ranges: [Range<UInt64>]) {
        stretches = []
        next = 0
        for range in ranges {
            let start = range.lowerBound & ~(Self.block - 1)
            let end = min((range.upperBound + Self.block - 1) & ~(Self.block - 1), connection.size)
            if start < end { stretches.join(start..<end) }
        }
    }

    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws {
        guard let start = buffer.baseAddress, !buffer.isEmpty else { return }
        let end = offset + UInt64(buffer.count)
        if pieces.isEmpty { skip(to: offset) }
        try fill()
        var position = offset
        while position < end {
            let place = start + Int(position - offset)
            try dropPieces(before: position)
            guard let piece = pieces.first, piece.range.contains(position) else {
                // Beside the stream: up to where it goes on, if it does.
                let goesOn = pieces.first.map(\.range.lowerBound) ?? end
                let limit = goesOn > position ? min(end, goesOn) : end
                try readDirectly(at: position, place, Int(limit - position))
                position = limit
                continue
            }
            if !piece.isComplete {
                try connection.complete(piece.cookie, "read")
                pieces[0].isComplete = true
            }
            let count = Int(min(end, piece.range.upperBound) - position)
            memcpy(place, piece.buffer + Int(position - piece.range.lowerBound), count)
            position += UInt64(count)
            try dropPieces(before: position)
            try fill()
        }
    }

    /// Leaves out what of the stream lies before `offset`.
    private func skip(to offset: UInt64) {
        while next < stretches.count, stretches[next].upperBound <= offset { next += 1 }
        if next < stretches.count, stretches[next].contains(offset) {
            stretches[next] = offset..<stretches[next].upperBound
        }
    }

    private func fill() throws {
        while pieces.count < Self.depth, next < stretches.count {
            let stretch = stretches[next]
            let count = min(UInt64(pieceBytes), UInt64(stretch.count))
            let buffer = spare.popLast() ?? .allocate(byteCount: pieceBytes, alignment: 4096)
            let range = stretch.lowerBound..<stretch.lowerBound + count
            do {
                let cookie = try connection.startRead(buffer, Int(count), at: range.lowerBound)
                pieces.append(Piece(range: range, buffer: buffer, cookie: cookie))
            } catch {
                spare.append(buffer)
                throw error
            }
            if range.upperBound == stretch.upperBound {
                next += 1
            } else {
                stretches[next] = range.upperBound..<stretch.upperBound
            }
        }
    }

    private func dropPieces(before position: UInt64) throws {
        while let piece = pieces.first, piece.range.upperBound <= position {
            if !piece.isComplete { try connection.complete(piece.cookie, "read") }
            spare.append(piece.buffer)
            pieces.removeFirst()
        }
    }

    /// Several requests at once for what the stream does not have.
    private func readDirectly(at offset: UInt64, _ place: UnsafeMutableRawPointer, _ count: Int) throws {
        var cookies: [Int64] = []
        var done = 0
        while done < count || !cookies.isEmpty {
            while done < count, cookies.count < Self.depth {
                let length = min(pieceBytes, count - done)
                cookies.append(try connection.startRead(place + done, length, at: offset + UInt64(done)))
                done += length
            }
            try connection.complete(cookies.removeFirst(), "read")
        }
    }
}
