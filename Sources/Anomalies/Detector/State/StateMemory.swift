/// All numbers that one series' detector remembers: one block, given out piece by piece, in an order that is the format
/// of the saved state (docs/architecture.md, "Anomaly detection").
///
/// Pieces are never given back; they live as long as this object.
final class StateMemory {
    /// How wide the numbers of a piece are, and what they may be.
    enum Cell { case double, single, count }

    private struct Piece {
        var cell: Cell
        var offset: Int
        var count: Int
        /// Of counts: the largest that may be restored.
        var limit: UInt32
    }

    private let capacity: Int
    private let base: UnsafeMutableRawPointer
    private var pieces: [Piece] = []
    /// Bytes given out.
    private(set) var size = 0

    /// - Parameter capacity: bytes; taking more ends the program.
    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(byteCount: capacity, alignment: 64)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
    }

    deinit { base.deallocate() }

    func doubles(_ count: Int, all value: Double = 0) -> UnsafeMutablePointer<Double> {
        let cells = take(.double, count, 8).bindMemory(to: Double.self, capacity: count)
        cells.update(repeating: value, count: count)
        return cells
    }

    func singles(_ count: Int) -> UnsafeMutablePointer<Float> {
        take(.single, count, 4).bindMemory(to: Float.self, capacity: count)
    }

    /// Whole numbers from 0 to `limit`, so that a restored one may be an index.
    func counts(_ count: Int, upTo limit: UInt32 = .max) -> UnsafeMutablePointer<UInt32> {
        take(.count, count, 4, limit).bindMemory(to: UInt32.self, capacity: count)
    }

    private func take(_ cell: Cell, _ count: Int, _ width: Int, _ limit: UInt32 = .max) -> UnsafeMutableRawPointer {
        let offset = (size + width - 1) / width * width
        size = offset + count * width
        precondition(size <= capacity)
        pieces.append(Piece(cell: cell, offset: offset, count: count, limit: limit))
        return base + offset
    }
}

extension StateMemory {
    /// Every piece in order, without gaps, each number little-endian.
    func save(into bytes: inout [UInt8]) {
        for piece in pieces {
            let start = base + piece.offset
            #if _endian(little)
            // As it lies: a run saves thousands of series.
            let width = piece.cell == .double ? 8 : 4
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: piece.count * width))
            #else
            for index in 0..<piece.count {
                switch piece.cell {
                case .double: bytes.appendLittle(start.load(fromByteOffset: index * 8, as: UInt64.self))
                case .single, .count: bytes.appendLittle(start.load(fromByteOffset: index * 4, as: UInt32.self))
                }
            }
            #endif
        }
    }

    /// Bytes that `save` writes.
    var savedSize: Int { pieces.reduce(0) { $0 + $1.count * ($1.cell == .double ? 8 : 4) } }

    /// - Parameter bytes: as many as `savedSize`.
    /// - Returns: whether every number is one that a detector may hold; if not, what is held is undefined.
    func restore(from bytes: UnsafeRawBufferPointer) -> Bool {
        var place = 0
        for piece in pieces {
            for index in 0..<piece.count {
                let start = base + piece.offset
                if piece.cell == .double {
                    let bits = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                    guard Double(bitPattern: bits).isFinite else { return false }
                    start.storeBytes(of: bits, toByteOffset: index * 8, as: UInt64.self)
                    place += 8
                } else {
                    let bits = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
                    guard piece.cell == .count ? bits <= piece.limit : Float(bitPattern: bits).isFinite else {
                        return false
                    }
                    start.storeBytes(of: bits, toByteOffset: index * 4, as: UInt32.self)
                    place += 4
                }
            }
        }
        return true
    }
}

extension [UInt8] {
    mutating func appendLittle<Number: FixedWidthInteger>(_ number: Number) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
