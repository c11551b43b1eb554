package import DebVisorCore
import Platform

/// Deletes backups and frees the packs that nothing needs any more.
///
/// The records go first; packs with nothing live are condemned (a tombstone), and unlinked once no run that began
/// before the tombstone is at work. What cannot go yet stays for a later run: `Freed.laterBytes`.
package struct Deletion: Sendable {
    private let repository: Repository
    private let host: HostIdentity
    private let clock: any WallClock

    /// What came of it, in bytes of packs.
    package struct Freed: Sendable, Equatable {
        package var packs = 0
        package var bytes: UInt64 = 0
        /// In packs that still hold something live, or that a running backup may rely on.
        package var laterBytes: UInt64 = 0

        package init() {}
    }

    package init(_ repository: Repository, host: HostIdentity, clock: any WallClock) {
        self.repository = repository
        self.host = host
        self.clock = clock
    }

    /// What deleting these backups would free, changing nothing. Blocks.
    package func preview(_ snapshots: [Snapshot]) throws -> Freed {
        let gone = Set(snapshots.map(\.backup_id))
        let index = try ChunkIndex.load(repository)
        let live = try mark(try recordsOrStop().filter { !gone.contains($0.backup_id) }, index)
        return try account(Set(index.packs.keys.filter { live.entries[$0] == nil }), live: live, index: index)
    }

    /// Deletes the backups. Blocks. What was interrupted is completed by the next deletion.
    /// - Throws: `attention` if a damaged record or map leaves open what the others need.
    package func run(_ snapshots: [Snapshot]) throws -> Freed {
        let lease = try Lease.take(
            .prune, vmUUIDs: [], command: "backup delete", host: host, in: repository, clock: clock)
        defer { try? lease.release() }
        _ = try recordsOrStop()
        for snapshot in snapshots {
            Failpoint.pass("forget.unlink")
            try repository.directory.remove(snapshot.objectName)
        }
        _ = try Salvage(repository: repository, host: host).run(own: lease.id)
        return try prune(own: lease)
    }

    private func prune(own lease: Lease) throws -> Freed {
        let records = try recordsOrStop()
        let index = try ChunkIndex.load(repository)
        let live = try mark(records, index)
        let tombstones = try repository.condemned()
        let condemned = Set(tombstones.flatMap(\.packs))
        let others = try LeaseSurvey.take(in: repository, host: host, besides: lease.id).alive
        // A pack younger than a running backup may hold what its record will name.
        let oldest = others.map(\.content.started).min() ?? .max
        let library = PackLibrary(repository)
        let dead = Set(
            try index.packs.keys.filter { id in
                guard live.entries[id] == nil, !condemned.contains(id) else { return false }
                return try library.isOlder(id, than: oldest)
            })
        try condemn(dead)
        guard others.isEmpty else { return try account([], live: live, index: index) }
        return try sweep(own: lease, marked: Set(records.map(\.backup_id)), live, index)
    }

    private func condemn(_ packs: Set<ObjectID>) throws {
        guard !packs.isEmpty else { return }
        Failpoint.pass("prune.condemn")
        let name = Snapshot.objectName(time: clock.now().milliseconds, id: ObjectID.random().description)
            .replacing("snapshots/", with: "condemned/", maxReplacements: 1)
        try repository.put(Condemned(packs: packs.sorted().map(\.description)), as: .condemned, named: name)
    }

    /// Unlinks condemned packs, drops them from the index, then the tombstones. Nobody else is at work.
    private func sweep(
        own lease: Lease, marked: Set<String>, _ firstMark: LiveMap, _ firstIndex: ChunkIndex
    ) throws -> Freed {
        let tombstones = try repository.condemned()
        let index = try ChunkIndex.load(repository)
        let records = try recordsOrStop()
        // A backup that was committed since the first mark may rely on what was dead then.
        let live = Set(records.map(\.backup_id)).isSubset(of: marked) ? firstMark : try mark(records, index)
        let doomed = Set(tombstones.flatMap(\.packs)).filter { live.entries[$0] == nil }
        let freed = try account(doomed, live: live, index: index)
        Failpoint.pass("sweep.recheck")
        for pack in doomed {
            Failpoint.pass("sweep.unlink")
            try repository.directory.remove(RepositoryDirectory.packName(pack))
        }
        try SegmentMerge(repository).drop(doomed, from: index)
        for tombstone in tombstones where tombstone.packs.allSatisfy(doomed.contains) {
            Failpoint.pass("sweep.tombstone")
            try repository.directory.remove(tombstone.name)
        }
        return freed
    }

    /// - Throws: `attention` if a record cannot be read: it may need anything.
    private func recordsOrStop() throws -> [Snapshot] {
        let (snapshots, damaged) = try repository.snapshots()
        guard damaged.isEmpty else {
            throw Fault(
                .attention, "the record '\(damaged[0])' is damaged, so what it needs is not known",
                hint: "put the file back from a copy, or remove it if that backup is given up; nothing was deleted")
        }
        return snapshots
    }

    private func mark(_ snapshots: [Snapshot], _ index: ChunkIndex) throws -> LiveMap {
        var live = try LiveMap(repository, index)
        for snapshot in snapshots { try live.mark(snapshot) }
        return live
    }

    private func account(_ freed: Set<ObjectID>, live: LiveMap, index: ChunkIndex) throws -> Freed {
        let library = PackLibrary(repository)
        var result = Freed()
        for (id, pack) in index.packs {
            guard let entries = try library.entryBytes(of: id) else { continue }
            if freed.contains(id) {
                result.packs += 1
                result.bytes += UInt64(pack.size)
            } else {
                result.laterBytes += UInt64(max(0, entries - (live.bytes[id] ?? 0)))
            }
        }
        return result
    }
}

extension PackLibrary {
    /// Whether the pack was begun before `time` (ms). One that is gone or unreadable is left alone.
    func isOlder(_ id: ObjectID, than time: Int64) throws -> Bool {
        do {
            return try pack(id).header.created < time
        } catch let fault as Fault where fault.kind == .notFound {
            return true
        } catch let fault as Fault where fault.kind == .attention {
            return false
        }
    }

    /// Bytes of all entries of a pack; nil if the pack is gone or its header or footer is damaged.
    func entryBytes(of id: ObjectID) throws -> Int? {
        do {
            let pack = try pack(id)
            let size = try pack.file.size
            guard size >= PackTrailer.footerLength else { return nil }
            let footer = try pack.file.bytes(at: size - PackTrailer.footerLength, count: PackTrailer.footerLength)
            return PackTrailer.location(footer: footer, packSize: size).map { $0.offset - pack.header.length }
        } catch let fault as Fault where fault.kind == .notFound || fault.kind == .attention {
            return nil
        }
    }
}
