/// What the options of every command say about output.
struct OutputSettings: Sendable {
    var programName: String
    var format = OutputFormat.table
    var fields: [String]?
    var hasHeader = true
    var isQuiet = false
    var verbosity = 0
    var color = ColorChoice.auto

    /// The fields that the person chose, or all.
    func chosen(_ table: RecordTable) -> RecordTable { fields.map { table.choosing($0) } ?? table }
}
