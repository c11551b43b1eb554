import DebVisorCore
import Foundation
import GRDB

/// Brings roll-ups into the chunks of a tier; those of one start become one. Lives as long as one transaction.
struct RollUpMerge {
    private let database: Database
    private let codec = RollUpCodec()

    init(_ database: Database) { self.database = database }

    /// - Parameter rollUps: ascending, at least one.
    func merge(_ rollUps: [RollUp], into series: Int64, tier: Int) throws {
        guard let first = rollUps.first, let last = rollUps.last else { return }
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT id, data FROM chunks WHERE series_id = ?1 AND tier = ?2 AND first <= ?4 AND first >= coalesce(
                    (SELECT max(first) FROM chunks WHERE series_id = ?1 AND tier = ?2 AND first <= ?3), ?3)
                """, arguments: [series, tier, first.start, last.start])
        var all: [Int64: RollUp] = [:]
        for row in rows {
            let old = try row.withUnsafeData(atIndex: 1) { data in
                try (data ?? Data()).withUnsafeBytes { try codec.decode($0) }
            }
            for rollUp in old { all[rollUp.start] = rollUp }
            try database.execute(sql: "DELETE FROM chunks WHERE id = ?", arguments: [row[0] as Int64])
        }
        for rollUp in rollUps { all[rollUp.start, default: RollUp(start: rollUp.start)].merge(rollUp) }
        try write(all.values.sorted { $0.start < $1.start }, series, tier)
    }

    private func write(_ rollUps: [RollUp], _ series: Int64, _ tier: Int) throws {
        let insertion = try database.cachedStatement(
            sql: "INSERT INTO chunks (series_id, tier, first, last, n, data) VALUES (?, ?, ?, ?, ?, ?)")
        var rest = rollUps[...]
        while let first = rest.first {
            let piece = rest.prefix(rest.count <= ChunkMerge.most ? rest.count : ChunkMerge.full)
            try insertion.execute(
                arguments: [
                    series, tier, first.start, (piece.last ?? first).start, piece.count, Data(codec.encode(piece)),
                ])
            rest = rest.dropFirst(piece.count)
        }
    }

    /// What the series' newest roll-up of a tier ended with.
    func lastValue(of series: Int64, before time: Int64) throws -> Double? {
        for tier in [1, 2] {
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT data FROM chunks WHERE series_id = ? AND tier = ? AND first < ? ORDER BY first DESC LIMIT 1
                    """, arguments: [series, tier, time])
            let rollUps = try row?.withUnsafeData(atIndex: 0) { data in
                try (data ?? Data()).withUnsafeBytes { try codec.decode($0) }
            }
            if let last = rollUps?.last(where: { $0.start < time }) { return last.last }
        }
        return nil
    }
}
