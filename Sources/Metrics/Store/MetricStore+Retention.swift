package import DebVisorCore
import GRDB
import Storage

extension MetricStore {
    package func retention() throws -> MetricRetention {
        try store.read { database in
            var retention = MetricRetention()
            let names = "'sample-days', 'ten-minute-days', 'hour-days', 'bytes'"
            for row in try Row.fetchAll(database, sql: "SELECT name, value FROM settings WHERE name IN (\(names))") {
                let number = (row[1] as Int64?).flatMap { $0 < 0 ? nil : $0 }
                switch row[0] as String {
                case "sample-days": retention.sampleDays = number.map(Int.init)
                case "ten-minute-days": retention.tenMinuteDays = number.map(Int.init)
                case "hour-days": retention.hourDays = number.map(Int.init)
                default: retention.bytes = number
                }
            }
            return retention
        }
    }

    /// - Throws: `usage` if a coarser tier would end before a finer one.
    package func change(_ retention: MetricRetention) throws {
        try retention.check()
        try store.write("metric-settings") { database in
            let change = try database.makeStatement(sql: "INSERT OR REPLACE INTO settings VALUES (?, ?)")
            let values = retention.days.map { $0.map(Int64.init) } + [retention.bytes]
            for (name, value) in zip(["sample-days", "ten-minute-days", "hour-days", "bytes"], values) {
                try change.execute(arguments: [name, value ?? -1])
            }
        }
    }

    /// Rolls up, and removes, what is too old or too much.
    package func applyRetention(at time: Timestamp) throws -> MetricUpkeep {
        let retention = try retention()
        var upkeep = MetricUpkeep()
        upkeep.before = try size()
        let today = time.milliseconds - Self.dayOffset(time.milliseconds)
        for (tier, days) in retention.days.enumerated() {
            guard let days, days < 1_000_000 else { continue }
            try age(tier, before: today - Int64(days - 1) * Self.day, &upkeep)
        }
        if let bytes = retention.bytes { try shrink(to: bytes, today, &upkeep) }
        upkeep.after = try size()
        return upkeep
    }

    /// Takes a tier's oldest until it fits; the samples of today stay.
    private func shrink(to bytes: Int64, _ today: Int64, _ upkeep: inout MetricUpkeep) throws {
        for tier in 0...2 {
            for _ in 0..<64 {
                let excess = try used() - bytes
                guard excess > 0 else { return }
                let horizon = try store.read { try Self.horizon(tier, excess, $0) }
                guard let horizon, tier > 0 || horizon <= today else { break }
                try age(tier, before: horizon, &upkeep)
            }
        }
    }

    private static let day: Int64 = 86_400_000
    private static func dayOffset(_ time: Int64) -> Int64 { ((time % day) + day) % day }

    /// The end of a day before which chunks of that many bytes end; nil if the tier is empty.
    private static func horizon(_ tier: Int, _ excess: Int64, _ database: Database) throws -> Int64? {
        let cursor = try Row.fetchCursor(
            database, sql: "SELECT last, length(data) + 40 FROM chunks WHERE tier = ? ORDER BY last", arguments: [tier])
        var (sum, last): (Int64, Int64?) = (0, nil)
        while sum < excess, let row = try cursor.next() {
            sum += row[1] as Int64
            last = row[0]
        }
        return last.map { $0 - dayOffset($0) + day }
    }

    /// Takes everything of a tier before a time to the next one, in transactions of some series each.
    private func age(_ tier: Int, before horizon: Int64, _ upkeep: inout MetricUpkeep) throws {
        try settleTail()
        while true {
            let series = try store.read { database in
                try Int64.fetchAll(
                    database,
                    sql: "SELECT DISTINCT series_id FROM chunks WHERE tier = ? AND first < ? LIMIT 100",
                    arguments: [tier, horizon])
            }
            guard !series.isEmpty else { return }
            let (rolledUp, removed) = try store.write("metric-retention") { database in
                let pass = try AgeingPass(database, before: horizon)
                for one in series { try pass.age(one, tier) }
                return (pass.rolledUp, pass.removed)
            }
            upkeep.rolledUp += rolledUp
            upkeep.removed += removed
        }
    }

    func settleTail() throws {
        guard try store.read({ try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM batches)") }) ?? false else {
            return
        }
        try store.write("metric-settle") { database in
            try Self.count(duplicates: BatchTail(database: database).settle(ChunkCodec()), database)
        }
    }

    /// Bytes of the file that hold something.
    package func used() throws -> Int64 {
        try store.read { database in
            func pragma(_ name: String) throws -> Int64 { try Int64.fetchOne(database, sql: "PRAGMA \(name)") ?? 0 }
            return try (pragma("page_count") - pragma("freelist_count")) * pragma("page_size")
        }
    }

    private func size() throws -> Int64 {
        try store.read { database in
            try Int64.fetchOne(database, sql: "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
                ?? 0
        }
    }
}
