package import CommandKit
import DebVisorCore
package import Storage

extension StoreStatistics {
    var rows: Int64 { tables.reduce(0) { $0 + $1.rows } }
}

extension StoreStatistics: Record {
    package static var fields: [Field<StoreStatistics>] {
        [
            .string("name", "Name of the store") { $0.name },
            .bytes("file_bytes", "Bytes of its file; unknown before its first use") { $0.known?.fileBytes },
            .bytes("log_bytes", "Bytes of its write-ahead log", column: "LOG") { $0.known?.logBytes },
            .bytes("free_bytes", "Of the file, in pages that hold nothing: compacting gives them back") {
                $0.known?.freeBytes
            },
            .int("rows", "Rows of all its tables") { $0.known?.rows },
            .timestamp("first_at", "The oldest entry", column: .none) { $0.entries?.lowerBound.milliseconds },
            .timestamp("last_at", "The newest entry") { $0.entries?.upperBound.milliseconds },
            .timestamp("changed_at", "When its file last changed") { $0.changedAt?.milliseconds },
            .string("schema", "Newest step of its schema", column: .none) { $0.schema },
            .string("path", "Its file", column: .none) { $0.path },
            .records("tables", "Its tables and their rows") { $0.tables.map(TableRows.init) },
        ]
    }

    private var known: StoreStatistics? { schema == nil ? nil : self }
}

/// One table of a store.
package struct TableRows: Record {
    var table: StoreStatistics.Table

    init(_ table: StoreStatistics.Table) { self.table = table }

    package static var fields: [Field<TableRows>] {
        [.string("name", "Name of the table") { $0.table.name }, .int("rows", "Its rows") { $0.table.rows }]
    }
}
