/// Records without their type: the fields, and a row of values for each record.
struct RecordTable: Sendable, Equatable {
    var fields: [FieldInfo]
    var rows: [[FieldValue]]
    /// Whether the fields were named by `--fields`: a table then shows also those it leaves out otherwise.
    var isChosen = false

    init(fields: [FieldInfo], rows: [[FieldValue]]) {
        self.fields = fields
        self.rows = rows
    }

    init<R: Record>(_ records: [R]) {
        self.init(fields: R.fieldInfos, rows: records.map(\.values))
    }

    /// The fields that `keys` name, in that order. The keys are known to be right.
    func choosing(_ keys: [String]) -> RecordTable {
        let places = keys.compactMap { key in fields.firstIndex { $0.key == key } }
        var chosen = RecordTable(fields: places.map { fields[$0] }, rows: rows.map { row in places.map { row[$0] } })
        chosen.isChosen = true
        return chosen
    }

    /// A row as a value.
    func object(_ row: [FieldValue]) -> FieldValue {
        .object(zip(fields, row).map { .init($0.key, $1) })
    }
}
