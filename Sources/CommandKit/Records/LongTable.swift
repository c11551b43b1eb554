/// A table of very many rows: the first cells of rows that follow each other are the same, the last ones are ASCII. It looks as
/// the table of such records does, and takes a small part of the time.
package struct LongTable: Sendable {
    private let titles: [String]
    /// Whether a column is one of numbers, which stand on the right.
    private let areNumbers: [Bool]
    /// Columns whose cells are shared.
    private let shared: Int
    private var groups: [(cells: [String], rows: Int)] = []
    /// The other cells of all rows, one behind the other, and where each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    package init(_ columns: [(title: String, isNumber: Bool)], shared: Int) {
        (titles, areNumbers, self.shared) = (columns.map(\.title), columns.map(\.isNumber), shared)
    }

    /// The rows from here on begin with these cells; an empty one is unknown.
    package mutating func begin(_ cells: [String]) {
        groups.append((cells.map { $0.isEmpty ? "-" : VisibleText.line($0) }, 0))
    }

    /// Adds the text of a cell of a row.
    package mutating func append(_ cell: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: cell)
        ends.append(bytes.count)
    }

    /// A row is whole.
    package mutating func endRow() { groups[groups.count - 1].rows += 1 }

    /// As `TableText` writes it without a terminal.
    func text(hasHeader: Bool) -> [UInt8] {
        let widths = widths(hasHeader)
        var header: [UInt8] = []
        if hasHeader {
            for (column, title) in titles.enumerated() {
                put(Array(title.utf8), title.utf8.count, column, widths, &header)
            }
        }
        let fronts = groups.map { group in
            var front: [UInt8] = []
            for (column, text) in group.cells.enumerated() {
                put(Array(text.utf8), TextWidth.of(text), column, widths, &front)
            }
            return front
        }
        // Each cell with two blanks or a line end behind it.
        let rest = widths[shared...].reduce(0) { $0 + $1 + 2 }
        let size = zip(fronts, groups).reduce(header.count) { $0 + $1.1.rows * ($1.0.count + rest) }
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            guard var next = buffer.baseAddress else { return }
            let first = next
            Self.copy(header[...], to: &next)
            putRows(fronts, widths, &next)
            count = next - first
        }
    }

    /// - Parameter next: where there is room for all of it.
    private func putRows(_ fronts: [[UInt8]], _ widths: [Int], _ next: inout UnsafeMutablePointer<UInt8>) {
        bytes.withUnsafeBufferPointer { bytes in
            var (cell, start) = (0, 0)
            for (front, group) in zip(fronts, groups) {
                for _ in 0..<group.rows {
                    Self.copy(front[...], to: &next)
                    for column in shared..<titles.count {
                        let end = ends[cell]
                        let gap = widths[column] - (end - start)
                        let isLast = column == titles.count - 1
                        if areNumbers[column] { Self.blanks(gap, to: &next) }
                        if let base = bytes.baseAddress {
                            next.update(from: base + start, count: end - start)
                            next += end - start
                        }
                        if !areNumbers[column], !isLast { Self.blanks(gap, to: &next) }
                        if isLast {
                            next.pointee = 10
                            next += 1
                        } else {
                            Self.blanks(2, to: &next)
                        }
                        (cell, start) = (cell + 1, end)
                    }
                }
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
        var widths = titles.map { hasHeader ? $0.utf8.count : 0 }
        for group in groups where group.rows > 0 {
            for (column, cell) in group.cells.enumerated() { widths[column] = max(widths[column], TextWidth.of(cell)) }
        }
        var start = 0
        var column = shared
        for end in ends {
            if end - start > widths[column] { widths[column] = end - start }
            (start, column) = (end, column + 1 < titles.count ? column + 1 : shared)
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
