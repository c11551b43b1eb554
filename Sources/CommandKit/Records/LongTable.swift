/// A table of very many rows: the first cells of rows that follow each other are the same, the last ones are short and ASCII. It
/// looks as the table of such records does, and takes a small part of the time.
package struct LongTable: Sendable {
    private let titles: [String]
    /// Whether a column is one of numbers, which stand on the right.
    private let areNumbers: [Bool]
    /// Columns whose cells are shared.
    private let shared: Int
    private var groups: [(cells: [String], rows: Int)] = []
    /// The other cells of all rows, each with its length before it. No block grows beyond what it was made for, which
    /// would copy it, and no row begins in one and ends in the next.
    private var blocks: [[UInt8]] = []
    private var block: [UInt8] = []
    /// The widest of them in each column.
    private var widest: [Int]

    private static let blockSize = 65_536

    package init(_ columns: [(title: String, isNumber: Bool)], shared: Int) {
        (titles, areNumbers, self.shared) = (columns.map(\.title), columns.map(\.isNumber), shared)
        widest = columns.map { _ in 0 }
    }

    /// The rows from here on begin with these cells; an empty one is unknown.
    package mutating func begin(_ cells: [String]) {
        groups.append((cells.map { $0.isEmpty ? "-" : VisibleText.line($0) }, 0))
    }

    /// Adds a row: its cells that are not shared, each of them behind a byte with its length.
    package mutating func append(_ row: UnsafeBufferPointer<UInt8>) {
        groups[groups.count - 1].rows += 1
        var start = 0
        for column in shared..<titles.count {
            widest[column] = max(widest[column], Int(row[start]))
            start += Int(row[start]) + 1
        }
        if block.capacity - block.count < row.count {
            if !block.isEmpty { blocks.append(block) }
            block = []
            block.reserveCapacity(max(Self.blockSize, row.count))
        }
        block.append(contentsOf: row)
    }

    /// As `TableText` writes it without a terminal, piece by piece.
    func forEachPiece(hasHeader: Bool, _ body: (UnsafeRawBufferPointer) -> Void) {
        let widths = widths(hasHeader)
        if hasHeader {
            var header: [UInt8] = []
            for (column, title) in titles.enumerated() {
                put(Array(title.utf8), title.utf8.count, column, widths, &header)
            }
            header.withUnsafeBytes(body)
        }
        var rows = RowSource(blocks: blocks + [block])
        for group in groups {
            var front: [UInt8] = []
            for (column, text) in group.cells.enumerated() {
                put(Array(text.utf8), TextWidth.of(text), column, widths, &front)
            }
            // Each cell with two blanks or a line end behind it.
            let rowSize = widths[shared...].reduce(front.count) { $0 + $1 + 2 }
            put(group.rows, front, widths, rowSize, &rows, body)
        }
    }

    private func put(
        _ count: Int, _ front: [UInt8], _ widths: [Int], _ rowSize: Int, _ rows: inout RowSource,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        var left = count
        let atOnce = max(1, min(count, Self.blockSize / rowSize))
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: atOnce * rowSize) { room in
            guard let base = room.baseAddress else { return }
            while left > 0 {
                var next = base
                let count = rows.take(min(left, atOnce)) { cells in
                    Self.copy(front[...], to: &next)
                    put(&cells, widths, &next)
                }
                left -= count
                body(UnsafeRawBufferPointer(start: base, count: next - base))
            }
        }
    }

    /// - Parameter cells: of a row, read to their end.
    /// - Parameter next: where there is room for all of them.
    private func put(
        _ cells: inout UnsafePointer<UInt8>, _ widths: [Int], _ next: inout UnsafeMutablePointer<UInt8>
    ) {
        let last = titles.count - 1
        for column in shared...last {
            let count = Int(cells.pointee)
            let gap = widths[column] - count
            if areNumbers[column] { Self.blanks(gap, to: &next) }
            next.update(from: cells + 1, count: count)
            next += count
            cells += count + 1
            if column == last {
                next.pointee = 10
                next += 1
            } else {
                Self.blanks(areNumbers[column] ? 2 : gap + 2, to: &next)
            }
        }
    }

    @inline(__always)
    private static func copy(_ bytes: ArraySlice<UInt8>, to next: inout UnsafeMutablePointer<UInt8>) {
        bytes.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            next.update(from: base, count: source.count)
            next += source.count
        }
    }

    @inline(__always)
    private static func blanks(_ count: Int, to next: inout UnsafeMutablePointer<UInt8>) {
        next.update(repeating: UInt8(ascii: " "), count: count)
        next += count
    }

    private func widths(_ hasHeader: Bool) -> [Int] {
        var widths = widest
        if hasHeader {
            for (column, title) in titles.enumerated() { widths[column] = max(widths[column], title.utf8.count) }
        }
        for group in groups where group.rows > 0 {
            for (column, cell) in group.cells.enumerated() { widths[column] = max(widths[column], TextWidth.of(cell)) }
        }
        return widths
    }

    /// - Parameter width: of the cell, in columns of a terminal.
    private func put(
        _ cell: [UInt8], _ width: Int, _ column: Int, _ widths: [Int], _ text: inout [UInt8]
    ) {
        let isLast = column == titles.count - 1
        let gap = repeatElement(UInt8(ascii: " "), count: max(0, widths[column] - width))
        if areNumbers[column] { text += gap }
        text += cell
        if !areNumbers[column], !isLast { text += gap }
        if isLast { text.append(10) } else { text += [32, 32] }
    }
}

/// The rows of all blocks, one after another.
private struct RowSource {
    let blocks: [[UInt8]]
    private var block = 0
    private var start = 0

    init(blocks: [[UInt8]]) { self.blocks = blocks }

    /// Hands out rows that lie in one block.
    /// - Parameter body: moves the pointer behind the row.
    /// - Returns: how many there were, at least one.
    mutating func take(_ most: Int, _ body: (inout UnsafePointer<UInt8>) -> Void) -> Int {
        if start == blocks[block].count { (block, start) = (block + 1, 0) }
        var count = 0
        blocks[block].withUnsafeBufferPointer { bytes in
            guard var next = bytes.baseAddress.map({ $0 + start }) else { return }
            let end = next + (bytes.count - start)
            while next < end, count < most {
                body(&next)
                count += 1
            }
            start = bytes.count - (end - next)
        }
        return count
    }
}
