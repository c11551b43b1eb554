import DebVisorCore
package import GRDB
import Storage

/// Writes many samples: collects them in memory, up to a fixed number, and brings them into chunks in one transaction.
///
/// Each time its memory is full what it has becomes durable; inside a transaction of the caller's everything does at once,
/// or nothing. After an error of the store it is of no use any more. Owned by one thread.
package final class SampleWriter {
    private let store: MetricStore
    private let database: Database?
    private lazy var codec = ChunkCodec()
    private let arena: SampleArena
    private var slots: [UInt64: UInt32] = [:]
    /// The rows of slots; 0 while there is none yet.
    private var rows: [Int64] = []
    private var pending: [(slot: Int, line: Int, request: SeriesRequest)] = []
    private var families: [String: MetricFamily] = [:]
    /// Puts the place of a line before a fault that is found only when its series is made.
    var locate: (Int, Fault) -> any Error = { $1 }

    /// Samples that are durable, or in the caller's transaction; duplicates count.
    package private(set) var samples = 0
    /// Samples that gave way to a later one of the same series and instant.
    package private(set) var duplicates = 0

    /// Requests that wait to be made are larger than samples: so many are written at the latest.
    private static let mostPending = 10_000
    /// And so many bytes of names and tags.
    private static let mostPendingBytes = 8 << 20
    private var pendingBytes = 0

    /// - Parameters:
    ///   - database: the transaction that everything is to be part of.
    ///   - capacity: samples in memory; 40 bytes each at most.
    package init(_ store: MetricStore, within database: Database? = nil, capacity: Int = 1 << 19) {
        (self.store, self.database) = (store, database)
        arena = SampleArena(capacity: capacity)
    }

    /// Series that samples came for.
    package var seriesCount: Int { rows.count }

    /// A number for a series, the same for the same.
    /// - Throws: `conflict` if the metric is of another type.
    package func slot(of request: SeriesRequest, line: Int = 0) throws -> UInt32 {
        let id = request.key.id.number
        if let known = slots[id] {
            // Two lines may say different things of one series.
            if request.type != nil { _ = try resolved(request) }
            return known
        }
        if pending.count >= Self.mostPending || pendingBytes > Self.mostPendingBytes { try flush() }
        let name = try resolved(request)
        if families[name.text] == nil { families[name.text] = MetricFamily(name, request.type ?? .implied(by: name)) }
        let slot = UInt32(rows.count)
        slots[id] = slot
        rows.append(0)
        pending.append((Int(slot), line, request))
        pendingBytes += request.key.description.utf8.count + request.help.utf8.count
        return slot
    }

    /// - Parameter time: within `Sample.times`.
    @inline(__always)
    package func append(_ slot: UInt32, _ time: Int64, _ bits: UInt64) throws {
        if arena.isFull { try flush() }
        arena.append(slot, time, bits)
    }

    /// Makes durable what was appended, or adds it to the caller's transaction.
    package func flush() throws {
        guard arena.count > 0 || !pending.isEmpty else { return }
        let late: (any Error)?
        if let database {
            late = try write(database)
        } else {
            late = try store.store.write("metric-import") { try write($0) }
        }
        if let late { throw late }
    }

    /// - Returns: why not all could be written, though what came before was.
    private func write(_ database: Database) throws -> (any Error)? {
        var late: (any Error)?
        // What others wrote before is none of our duplicates.
        try MetricStore.count(duplicates: BatchTail(database: database).settle(codec), database)
        if let (slot, error) = try makeSeries(database) {
            guard self.database == nil else { throw error }
            arena.truncate(at: UInt32(slot))
            late = error
        }
        let merge = try ChunkMerge(database, codec)
        let replaced = try arena.forEachSlot { try merge.merge($1, into: rows[$0]) } + merge.duplicates
        try MetricStore.count(duplicates: replaced, database)
        duplicates += replaced
        samples += arena.count
        arena.removeAll()
        return late
    }

    /// - Returns: the first slot whose series cannot be made, and why.
    private func makeSeries(_ database: Database) throws -> (Int, any Error)? {
        let registry = try SeriesRegistry(database, limit: store.seriesLimit)
        defer {
            pending.removeAll()
            pendingBytes = 0
        }
        for (slot, line, request) in pending {
            do { rows[slot] = try registry.id(of: request) } catch let fault as Fault {
                return (slot, locate(line, fault))
            }
        }
        return nil
    }

    /// - Throws: `conflict` if the metric is of another type.
    private func resolved(_ request: SeriesRequest) throws -> MetricName {
        try FamilyNames { [self] in try family($0).map { (0, $0) } }.resolve(request).name
    }

    private func family(_ name: String) throws -> MetricFamily? {
        if let known = families[name] { return known }
        let found =
            if let database { try MetricFamily.find(name, database)?.1 } else {
                try store.store.read { try MetricFamily.find(name, $0)?.1 }
            }
        if let found { families[name] = found }
        return found
    }
}
