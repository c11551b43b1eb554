import DebVisorCore
import GRDB
import Storage

extension MetricStore {
    /// Removes series with all their samples, all or none; a family goes with its last series, unless it is
    /// defined.
    /// - Returns: how many series went.
    @discardableResult
    package func delete(_ selection: SeriesSelection) throws -> Int {
        try store.write("metric-delete") { database in
            var rows: [Int64] = []
            try selection.forEach(database) { rows.append($0.row) }
            guard !rows.isEmpty else { return 0 }
            // Samples in the tail name series by their rows.
            try Self.count(duplicates: BatchTail(database: database).settle(ChunkCodec()), database)
            let chunks = try database.makeStatement(sql: "DELETE FROM chunks WHERE series_id = ?")
            let series = try database.makeStatement(sql: "DELETE FROM series WHERE id = ?")
            for row in rows {
                try chunks.execute(arguments: [row])
                try series.execute(arguments: [row])
            }
            try database.execute(
                sql: """
                    DELETE FROM families WHERE NOT EXISTS (SELECT 1 FROM series WHERE family_id = families.id)
                        AND NOT EXISTS (SELECT 1 FROM definitions WHERE family_id = families.id)
                    """)
            return rows.count
        }
    }
}
