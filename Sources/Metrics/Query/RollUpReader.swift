import DebVisorCore
import Foundation
import GRDB

/// Reads the roll-ups of series in order: hours, then ten minutes.
struct RollUpReader {
    private let codec = RollUpCodec()
    private let chunks: Statement

    init(_ database: Database) throws {
        chunks = try database.cachedStatement(
            sql: """
                SELECT data FROM chunks WHERE series_id = ?1 AND tier = ?2 AND first <= ?4 AND first >= coalesce(
                    (SELECT max(first) FROM chunks WHERE series_id = ?1 AND tier = ?2 AND first <= ?3), ?3)
                ORDER BY first
                """)
    }

    /// Those of both tiers that begin within the range, in order of time: some ten thousand a year.
    /// - Parameter isPrimed: some before the range may come too, the one before it surely.
    func all(of series: Int64, _ range: ClosedRange<Int64>, primed isPrimed: Bool = false) throws -> [RollUp] {
        var all: [RollUp] = []
        for tier in [2, 1] { try forEach(of: series, tier: tier, range, primed: isPrimed) { all.append($0) } }
        // Late samples may have been rolled up after those of later times.
        return zip(all, all.dropFirst()).allSatisfy { $0.start <= $1.start } ? all : all.sorted { $0.start < $1.start }
    }

    func forEach(
        of series: Int64, tier: Int, _ range: ClosedRange<Int64>, primed isPrimed: Bool = false,
        _ body: (RollUp) throws -> Void
    ) throws {
        let cursor = try Row.fetchCursor(chunks, arguments: [series, tier, range.lowerBound, range.upperBound])
        while let row = try cursor.next() {
            let rollUps = try row.withUnsafeData(atIndex: 0) { data in
                try (data ?? Data()).withUnsafeBytes { try codec.decode($0) }
            }
            for rollUp in rollUps where isPrimed || range.contains(rollUp.start) {
                if rollUp.start <= range.upperBound { try body(rollUp) }
            }
        }
    }
}
