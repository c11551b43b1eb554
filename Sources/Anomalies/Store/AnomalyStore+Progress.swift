import DebVisorCore
import Foundation
import GRDB
import Storage

extension AnomalyStore {
    /// How far some series were scored, by their ids; those that never were are not in it.
    package func progress(of ids: some Sequence<UInt64>) throws -> [UInt64: SeriesProgress] {
        try store.read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT progress.* FROM series JOIN progress ON progress.series_id = series.id WHERE series.hash = ?
                    """)
            var found: [UInt64: SeriesProgress] = [:]
            for id in ids {
                if let row = try Row.fetchOne(statement, arguments: [Int64(bitPattern: id)]) {
                    found[id] = SeriesProgress(row)
                }
            }
            return found
        }
    }

    /// What the detector of a series had learned; nil if it never was scored.
    package func state(of id: UInt64) throws -> [UInt8]? {
        try store.read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT data FROM series JOIN states ON states.series_id = series.id WHERE series.hash = ?")
            return try Data.fetchOne(statement, arguments: [Int64(bitPattern: id)]).map { Array($0) }
        }
    }
}

extension SeriesProgress {
    init(_ row: Row) {
        var source = RowSource(isCounter: row["is_counter"])
        source.lastTime = row["last_time"]
        source.lastValue = row["last_value"]
        source.usualStep = row["usual_step"]
        self.init(
            revision: row["revision"], seenUntil: Timestamp(milliseconds: row["seen_until"]),
            seenCount: row["seen_count"], seenFrom: Timestamp(milliseconds: row["seen_from"]), rows: row["rows"],
            learnedAt: Timestamp(milliseconds: row["learned_at"]),
            limits: KnownLimits(stored: row["minimum"], row["maximum"]), source: source)
    }

    static let columns = [
        "revision", "seen_until", "seen_count", "seen_from", "rows", "learned_at", "minimum", "maximum", "is_counter",
        "last_time", "last_value", "usual_step",
    ]

    var values: [(any DatabaseValueConvertible)?] {
        [
            revision, seenUntil.milliseconds, seenCount, seenFrom.milliseconds, rows, learnedAt.milliseconds,
            limits?.least, limits?.most, source.isCounter, source.lastTime, source.lastValue, source.usualStep,
        ]
    }
}

extension KnownLimits {
    /// Nil unless both are known.
    init?(stored least: Double?, _ most: Double?) {
        guard let least, let most else { return nil }
        self.init(least, most)
    }
}
