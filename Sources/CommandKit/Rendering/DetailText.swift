/// One record as keys and values below each other, with a small table for each list of records in it.
struct DetailText: Sendable {
    var table: TableText

    func text(_ record: RecordTable) -> String {
        guard let row = record.rows.first else { return "" }
        var lines: [(key: String, value: String)] = []
        var lists: [(key: String, table: RecordTable)] = []
        for (field, value) in zip(record.fields, row) { collect(field.key, field.type, value, &lines, &lists) }
        let width = lines.map { TextWidth.of($0.key) }.max() ?? 0
        var text = ""
        for line in lines {
            let gap = String(repeating: " ", count: width - TextWidth.of(line.key))
            text += "\(table.style.bold(line.key))\(gap)  \(line.value)\n"
        }
        for list in lists { text += "\n\(table.style.bold(list.key)):\n" + table.text(list.table) }
        return text
    }

    private func collect(
        _ key: String, _ type: FieldType, _ value: FieldValue, _ lines: inout [(key: String, value: String)],
        _ lists: inout [(key: String, table: RecordTable)]
    ) {
        switch (type, value) {
        case (.record(let fields), .object(let members)):
            for (field, member) in zip(fields, members) {
                collect("\(key).\(field.key)", field.type, member.value, &lines, &lists)
            }
        case (.list(.record(let fields)), .list(let elements)) where !elements.isEmpty:
            let rows = elements.map { element in
                if case .object(let members) = element { members.map(\.value) } else { [FieldValue]() }
            }
            lists.append((key, RecordTable(fields: fields, rows: rows)))
        case (_, .timestamp(let instant)):
            let age = table.now.map { " (\(TimeText.age(instant, now: $0)))" } ?? ""
            lines.append((key, TimeText.rfc3339(instant) + age))
        default:
            lines.append((key, CellText(now: table.now).text(value)))
        }
    }
}
