import DebVisorCore
import Foundation
import GRDB

/// Takes what is before a time from one tier to the next, within one transaction.
final class AgeingPass {
    private let database: Database
    private let horizon: Int64
    private let merge: RollUpMerge
    private let reader: SampleReader
    private let rollUps: RollUpReader
    private(set) var rolledUp = 0
    private(set) var removed = 0

    /// - Parameter horizon: a multiple of an hour.
    init(_ database: Database, before horizon: Int64) throws {
        (self.database, self.horizon) = (database, horizon)
        merge = RollUpMerge(database)
        reader = try SampleReader(database)
        rollUps = try RollUpReader(database)
    }

    func age(_ series: Int64, _ tier: Int) throws {
        let chunks = try Row.fetchAll(
            database,
            sql: "SELECT id, first, last FROM chunks WHERE series_id = ? AND tier = ? AND first < ? ORDER BY first",
            arguments: [series, tier, horizon])
        guard let first: Int64 = chunks.first?[1] else { return }
        if tier == 0 {
            try ageSamples(series, first)
        } else {
            try ageRollUps(series, tier, first)
        }
        for chunk in chunks where chunk[2] < horizon {
            try database.execute(sql: "DELETE FROM chunks WHERE id = ?", arguments: [chunk[0] as Int64])
        }
        if let straddling = chunks.last, straddling[2] >= horizon { try cut(series, tier, straddling[0]) }
    }

    private func ageSamples(_ series: Int64, _ first: Int64) throws {
        let resets = try Bool.fetchOne(
            database,
            sql: """
                SELECT families.type <> 'gauge' FROM series JOIN families ON families.id = series.family_id
                WHERE series.id = ?
                """, arguments: [series])
        var builder = RollUpBuilder(
            tier: 1, resets: resets ?? false, previous: try merge.lastValue(of: series, before: first))
        try reader.forEachRun(of: series, Sample.times.lowerBound...horizon - 1) { run in
            for index in 0..<run.count { builder.add(run.times[index], run.bits[index]) }
            rolledUp += run.count
        }
        try merge.merge(builder.rollUps, into: series, tier: 1)
    }

    private func ageRollUps(_ series: Int64, _ tier: Int, _ first: Int64) throws {
        var coarser: [RollUp] = []
        try rollUps.forEach(of: series, tier: tier, Sample.times.lowerBound...horizon - 1) { rollUp in
            removed += 1
            let start = RollUp.start(of: rollUp.start, tier: 2)
            if coarser.last?.start != start { coarser.append(RollUp(start: start)) }
            coarser[coarser.count - 1].merge(rollUp)
        }
        if tier == 1 { try merge.merge(coarser, into: series, tier: 2) }
    }

    /// Leaves of a chunk what is not before the time.
    private func cut(_ series: Int64, _ tier: Int, _ chunk: Int64) throws {
        let row = try Row.fetchOne(database, sql: "SELECT data FROM chunks WHERE id = ?", arguments: [chunk])
        guard let data: Data = row?[0] else { return }
        try database.execute(sql: "DELETE FROM chunks WHERE id = ?", arguments: [chunk])
        if tier == 0 {
            let run = SampleRun(
                .allocate(capacity: ChunkCodec.capacity), .allocate(capacity: ChunkCodec.capacity), count: 0)
            defer {
                run.times.deallocate()
                run.bits.deallocate()
            }
            let codec = ChunkCodec()
            let count = try data.withUnsafeBytes { try codec.decode($0, run.times, run.bits) }
            let all = run.slice(0..<count)
            try ChunkMerge(database, codec).merge(all.slice(all.firstIndex(from: horizon)..<count), into: series)
        } else {
            let kept = try data.withUnsafeBytes { try RollUpCodec().decode($0) }.filter { $0.start >= horizon }
            try merge.merge(kept, into: series, tier: tier)
        }
    }
}
