/// Records as a table. A pipe gets the same columns and header as a terminal; only a terminal has a width and ages.
struct TableText: Sendable {
    var hasHeader = true
    /// Columns of the terminal; nil cuts nothing.
    var width: Int?
    /// The present, on a terminal.
    var now: Int64?
    var style = Style.plain

    /// Below this a column is not narrowed.
    private static let narrowest = 8

    func text(_ table: RecordTable) -> String {
        let places = table.fields.indices.filter { table.isChosen || table.fields[$0].title != nil }
        let fields = places.map { table.fields[$0] }
        let cell = CellText(now: now)
        let rows = table.rows.map { row in places.map { cell.text(row[$0]) } }
        let titles = fields.map { $0.title ?? Column.automatic.title(of: $0.key) ?? $0.key }
        let widths = fit(columnWidths(rows, hasHeader ? titles : titles.map { _ in "" }), fields)
        var text = ""
        if hasHeader { text += line(titles, fields, widths, style.bold) }
        for row in rows { text += line(row, fields, widths) { $0 } }
        return text
    }

    private func columnWidths(_ rows: [[String]], _ titles: [String]) -> [Int] {
        var widths = titles.map { TextWidth.of($0) }
        for row in rows {
            for (column, cell) in row.enumerated() { widths[column] = max(widths[column], TextWidth.of(cell)) }
        }
        return widths
    }

    /// Takes from the widest column of text until the line fits, or nothing can be taken. The first column, which
    /// names the row and is what a person copies, gives only when no other can.
    private func fit(_ wanted: [Int], _ fields: [FieldInfo]) -> [Int] {
        guard let width else { return wanted }
        var widths = wanted
        var excess = widths.reduce(0, +) + 2 * max(0, widths.count - 1) - width
        let texts = fields.indices.filter { !fields[$0].type.isNumber }
        for columns in [texts.filter { $0 > 0 }, texts] {
            while excess > 0, let widest = columns.max(by: { widths[$0] < widths[$1] }), widths[widest] > Self.narrowest
            {
                widths[widest] -= 1
                excess -= 1
            }
        }
        return widths
    }

    private func line(
        _ cells: [String], _ fields: [FieldInfo], _ widths: [Int], _ paint: (String) -> String
    ) -> String {
        var line = ""
        for (column, cell) in cells.enumerated() {
            let shown = width == nil ? cell : TextWidth.truncated(cell, to: widths[column])
            let gap = String(repeating: " ", count: max(0, widths[column] - TextWidth.of(shown)))
            let isLast = column == cells.count - 1
            line += fields[column].type.isNumber ? gap + paint(shown) : paint(shown) + (isLast ? "" : gap)
            if !isLast { line += "  " }
        }
        return line + "\n"
    }
}
