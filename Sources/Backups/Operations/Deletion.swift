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
    private let isExclusive: Bool
    private let network: @Sendable (String) throws -> String?

    /// What came of it, in bytes of packs.
    package struct Freed: Sendable, Equatable {
        package var packs = 0
        package var bytes: UInt64 = 0
        /// In packs that still hold something live, or that a running backup may rely on.
        package var laterBytes: UInt64 = 0

        package init() {}
    }

    /// - Parameters:
    ///   - isExclusive: somebody vouches that no other host works on the repository now.
    ///   - network: the kind of network file system of a path, or nil.
    package init(
        _ repository: Repository, host: HostIdentity, clock: any WallClock, isExclusive: Bool = false,
        network: @escaping @Sendable (String) throws -> String? = FileSystem.network
    ) {
        self.repository = repository
        self.host = host
        self.clock = clock
        self.isExclusive = isExclusive
        self.network = network
    }

    /// A network file system may show a lease that another host has put a minute late, and until then that host's backup
    /// may rely on what is about to go.
    /// - Throws: `conflict` if another host uses the repository and could be at work.
    package func checkHosts() throws {
        guard !isExclusive, let network = try network(repository.directory.path) else { return }
        let leases = try LeaseSurvey.take(in: repository, host: host, besides: nil).alive
        let records = try recordsOrStop()
        guard
            let other = leases.first(where: { $0.content.host_id != host.id })?.content.host
                ?? records.last(where: { $0.host != host.name })?.host
        else { return }
        throw Fault(
            .conflict,
            "'\(repository.directory.path)' lies on a network file system (\(network)), and '\(other)' uses it too",
            hint: "when no other host works on it, add --exclusive; only deleting needs such care")
    }

    /// What deleting these backups would free, changing nothing. Blocks.
    package func preview(_ snapshots: [Snapshot]) throws -> Freed {
        let gone = Set(snapshots.map(\.backup_id))
        let index = try ChunkIndex.loadForWriting(repository)
        let live = try mark(try recordsOrStop().filter { !gone.contains($0.backup_id) }, index)
        return try account(Set(index.packs.keys.filter { live.entries[$0] == nil }), live: live, index: index)
    }

    /// Deletes the backups. Blocks. What was interrupted is completed by the next deletion.
    /// - Throws: `attention` if a damaged record or map leaves open what the others need.
    package func run(_ snapshots: [Snapshot]) throws -> Freed {
        try checkHosts()
        let reserve = Reserve(directory: repository.directory)
        try reserve.release(whenFree: Directory.freeBytes(at: repository.directory.path))
        defer { reserve.refill() }
        let lease = try Lease.take(
            .prune, vmUUIDs: [], command: "backup delete", host: host, in: repository, clock: clock)
        defer { try? lease.release() }
        _ = try recordsOrStop()
        for snapshot in snapshots {
            try repository.directory.remove(snapshot.objectName, "forget")
        }
        _ = try Salvage(repository: repository, host: host).run(own: lease.id)
        return try prune(own: lease)
    }

    private func prune(own lease: Lease) throws -> Freed {
        // Leases before records: what a run that is not among them stored is in a record that we see.
        let others = try LeaseSurvey.take(in: repository, host: host, besides: lease.id).alive
        let records = try recordsOrStop()
        let index = try ChunkIndex.loadForWriting(repository)
        let live = try mark(records, index)
        let condemned = Set(try repository.condemned().flatMap(\.packs))
        // A pack younger than a run may hold what its record will name; younger than we, it may be a run's that we
        // did not see.
        let oldest = others.map(\.content.started).reduce(lease.content.started, min)
        let library = PackLibrary(repository)
        let dead = Set(
            try index.packs.keys.filter { id in
                guard live.entries[id] == nil, !condemned.contains(id) else { return false }
                return try library.isOlder(id, than: oldest)
            })
        try condemn(dead)
        return try sweep(own: lease, Mark(records: Set(records.map(\.backup_id)), live: live, index: index))
    }

    /// What one look found to be live.
    private struct Mark {
        var records: Set<String>
        var live: LiveMap
        var index: ChunkIndex
    }

    private func condemn(_ packs: Set<ObjectID>) throws {
        guard !packs.isEmpty else { return }
        let name = Snapshot.objectName(time: clock.now().milliseconds, id: ObjectID.random().description)
            .replacing("snapshots/", with: "condemned/", maxReplacements: 1)
        try repository.put(
            Condemned(packs: packs.sorted().map(\.description)), as: .condemned, named: name, "condemned")
    }

    /// Unlinks condemned packs, drops them from the index, then the tombstones.
    ///
    /// The order decides: tombstones, leases, records. A run that the leases do not show has either committed, and its
    /// record is seen, or it begins after the tombstones were there and relies on nothing that they name.
    private func sweep(own lease: Lease, _ first: Mark) throws -> Freed {
        let tombstones = try repository.condemned()
        Failpoint.pass("sweep.leases")
        guard try isAlone(lease) else { return try account([], live: first.live, index: first.index) }
        let mark = try again(first)
        let doomed = Set(tombstones.flatMap(\.packs)).filter { mark.live.entries[$0] == nil }
        let freed = try account(doomed, live: mark.live, index: mark.index)
        Failpoint.pass("sweep.recheck")
        for pack in doomed {
            try repository.directory.remove(RepositoryDirectory.packName(pack), "sweep")
        }
        try SegmentMerge(repository).drop(doomed, from: mark.index)
        try removeTombstones(tombstones, doomed, own: lease)
        return freed
    }

    /// A tombstone outlives every segment that names its packs: whoever finds them there must find them condemned.
    private func removeTombstones(
        _ tombstones: [(name: String, packs: [ObjectID])], _ doomed: Set<ObjectID>, own lease: Lease
    ) throws {
        // A run that came since may be merging segments that it read before ours were there.
        guard try isAlone(lease) else { return }
        let index = try ChunkIndex.load(repository)
        let named = Set((index.segments + index.superseded).flatMap(\.packs).map(\.id))
        for tombstone in tombstones where tombstone.packs.allSatisfy({ doomed.contains($0) && !named.contains($0) }) {
            try repository.directory.remove(tombstone.name, "tombstone")
        }
    }

    private func isAlone(_ lease: Lease) throws -> Bool {
        try LeaseSurvey.take(in: repository, host: host, besides: lease.id).alive.isEmpty
    }

    /// The mark anew if a backup was committed since, which may rely on what was dead, or a copy was found bad.
    private func again(_ first: Mark) throws -> Mark {
        let records = try recordsOrStop()
        let index = try ChunkIndex.loadForWriting(repository)
        let names = Set(records.map(\.backup_id))
        let isUnchanged =
            names.isSubset(of: first.records) && index.exclusions.quarantined == first.index.exclusions.quarantined
        return Mark(records: names, live: isUnchanged ? first.live : try mark(records, index), index: index)
    }

    /// - Throws: `attention` if a record cannot be read: it may need anything.
    private func recordsOrStop() throws -> [Snapshot] {
        // A folder that is gone, or not mounted, would look as if nothing were needed.
        guard Directory.isDirectory(repository.directory.path(of: "snapshots")) else {
            throw Fault(
                .attention, "the repository '\(repository.directory.path)' has no directory 'snapshots'",
                hint: "nothing was deleted")
        }
        let (snapshots, damaged) = try repository.snapshots()
        guard damaged.isEmpty else {
            throw Fault(
                .attention, "the record '\(damaged[0])' is damaged, so what it needs is not known",
                hint: "put the file back from a copy, or remove it if that backup is given up; nothing was deleted")
        }
        return snapshots
    }

    private func mark(_ snapshots: [Snapshot], _ index: ChunkIndex) throws -> LiveMap {
        let live = try LiveMap(repository, index)
        for snapshot in snapshots {
            do { try live.mark(snapshot) } catch let fault as Fault where fault.kind == .attention {
                // Another deletion may have taken it, and what it needed, since it was listed.
                guard Directory.exists(repository.directory.path(of: snapshot.objectName)) else { continue }
                throw fault
            }
        }
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
    /// Whether the pack was begun before `time` (ms). One that is gone counts as old; of one whose header is damaged
    /// its file tells.
    func isOlder(_ id: ObjectID, than time: Int64) throws -> Bool {
        do {
            return try pack(id).header.created < time
        } catch let fault as Fault where fault.kind == .notFound {
            return true
        } catch let fault as Fault where fault.kind == .attention {
            return try File(repository.directory.packPath(id), .read).modified < time
        }
    }

    /// Bytes of all entries of a pack; nil if the pack is gone or its header or footer is damaged.
    func entryBytes(of id: ObjectID) throws -> Int? {
        do {
            let pack = try pack(id)
            return try location(of: pack, pack.file.size).map { $0.offset - pack.header.length }
        } catch let fault as Fault where fault.kind == .notFound || fault.kind == .attention {
            return nil
        }
    }
}
