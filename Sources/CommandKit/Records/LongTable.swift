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

    /// Adds a cell of a row. - Parameter fill: puts its text behind the bytes that are there.
    package mutating func append(_ fill: (inout [UInt8]) -> Void) {
        fill(&bytes)
        ends.append(bytes.count)
    }

    /// A row is whole.
    package mutating func endRow() { groups[groups.count - 1].rows += 1 }

    /// As `TableText` writes it without a terminal.
    func text(hasHeader: Bool) -> [UInt8] {
        let widths = widths(hasHeader)
        let rows = groups.reduce(0) { $0 + $1.rows }
        var text: [UInt8] = []
        text.reserveCapacity((rows + 1) * (widths.reduce(0, +) + 2 * widths.count))
        if hasHeader {
            for (column, title) in titles.enumerated() {
                put(Array(title.utf8), title.utf8.count, column, widths, &text)
            }
        }
        var cell = 0
        for group in groups {
            var front: [UInt8] = []
            for (column, text) in group.cells.enumerated() {
                put(Array(text.utf8), TextWidth.of(text), column, widths, &front)
            }
            for _ in 0..<group.rows {
                text += front
                for column in shared..<titles.count {
                    let start = cell > 0 ? ends[cell - 1] : 0
                    put(bytes[start..<ends[cell]], ends[cell] - start, column, widths, &text)
                    cell += 1
                }
            }
        }
        return text
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
    @inline(__always)
    private func put(
        _ cell: some Collection<UInt8>, _ width: Int, _ column: Int, _ widths: [Int], _ text: inout [UInt8]
    ) {
        let isLast = column == titles.count - 1
        let gap = repeatElement(UInt8(ascii: " "), count: max(0, widths[column] - width))
        if areNumbers[column] { text += gap }
        text += cell
        if !areNumbers[column], !isLast { text += gap }
        if isLast { text.append(10) } else { text += [32, 32] }
    }
}
