import DebVisorCore
import Platform

/// Saves what runs that died on this host left: parts of packs under `tmp/`, and packs that no segment names.
struct Salvage {
    let repository: Repository
    let host: HostIdentity

    /// What was saved, for the run's log.
    struct Result {
        var packs = 0
        var bytes = 0
    }

    /// - Parameter own: the lease of the run that does it.
    func run(own: ObjectID) throws -> Result {
        var result = Result()
        let survey = try LeaseSurvey.take(in: repository, host: host, besides: own)
        let alive = Set(survey.alive.map(\.id))
        for name in try repository.directory.list("tmp") {
            if name.hasSuffix(".part") {
                let lease = name.split(separator: "-").first.flatMap { ObjectID(hex: $0) }
                if let lease, alive.contains(lease) || lease == own { continue }
                if let saved = try salvage(part: name) {
                    result.packs += 1
                    result.bytes += saved
                }
            } else if alive.isEmpty {
                try removeIfOld("tmp/\(name)")
            }
        }
        for dead in survey.dead where dead.content.host_id == host.id {
            try Lease.end(dead.id, in: repository.directory)
        }
        try removeEnds()
        // A run that was killed may have died between a rename and its directory's sync. What others are to rely on
        // must not go with the next power cut.
        try repository.directory.synchronize("index", "snapshots", purpose: "salvage")
        try indexOrphans(alive: alive)
        return result
    }

    /// Removes marks of ended leases whose owner died before it could take them away.
    private func removeEnds() throws {
        let names = Set(try repository.directory.list("leases"))
        for name in names where name.hasSuffix(".end") && !names.contains(String(name.dropLast(4))) {
            try repository.directory.remove("leases/\(name)", "lease-end")
        }
    }

    /// Removes what somebody began to write and never renamed. One that is young may belong to a run whose lease is
    /// not there yet.
    private func removeIfOld(_ name: String) throws {
        let path = repository.directory.path(of: name)
        guard let file = try? File(path, .read), try LiveClock().now().milliseconds - file.modified > Self.unfinishedAge
        else { return }
        try Directory.remove(path, "remains")
    }

    /// Milliseconds; writing a small object takes far less.
    private static let unfinishedAge: Int64 = 60_000

    /// Completes a part with the entries that are whole and publishes it. - Returns: its bytes; nil if there was nothing to save.
    private func salvage(part name: String) throws -> Int? {
        let path = repository.directory.path(of: "tmp/\(name)")
        guard let file = try? File(path, .readWrite), try file.tryLock() else { return nil }
        // Another run may have published and removed it between listing and locking.
        guard try file.isStillNamed else { return nil }
        let size = try file.size
        let head = try file.bytes(at: 0, count: min(size, PackHeader.length + 255 * PackHeader.sessionLength))
        guard let header = PackHeader(head), header.repository == repository.id else {
            try Directory.remove(path, "salvage")
            return nil
        }
        let (items, end) = try EntryWalk(file, size: size, header: header, keys: repository.keys).items()
        guard !items.isEmpty else {
            try Directory.remove(path, "salvage")
            return nil
        }
        try file.truncate(to: end, "salvage")
        let trailer = try PackTrailer(items: items).bytes(
            at: end, header: header.bytes, indexKey: repository.keys.indexKey)
        try trailer.withUnsafeBytes { try file.write($0, at: end, "salvage") }
        try file.synchronize("salvage")
        try repository.directory.publishPack(path, as: header.id, "salvage")
        return end
    }

    /// Packs that are published but in no segment: their run died between the two.
    private func indexOrphans(alive: Set<ObjectID>) throws {
        let index = try ChunkIndex.load(repository)
        let indexed = index.packs
        let library = PackLibrary(repository)
        var orphans: [SealedPack] = []
        for id in try repository.directory.packs() where indexed[id] == nil && !index.exclusions.condemned.contains(id)
        {
            guard let pack = try orphan(id, library, alive) else { continue }
            if orphans.isEmpty { try repository.directory.synchronizePacks("salvage") }
            orphans.append(pack)
            if orphans.count == SegmentWriter.packLimit {
                _ = try IndexSegmentWriter.write(orphans, in: repository)
                orphans = []
            }
        }
        if !orphans.isEmpty { _ = try IndexSegmentWriter.write(orphans, in: repository) }
    }
}

extension Salvage {
    /// nil if the pack is a living run's, which will index it itself, or gives nothing: it must not keep others from
    /// their work.
    private func orphan(_ id: ObjectID, _ library: PackLibrary, _ alive: Set<ObjectID>) throws -> SealedPack? {
        do {
            let pack = try library.pack(id)
            if pack.header.sessions.contains(where: { alive.contains($0.writer) }) { return nil }
            return try library.trailer(of: id).map { trailer, size in
                SealedPack(id: id, packClass: pack.header.packClass, size: size, items: trailer.items)
            }
        } catch let fault as Fault where fault.kind == .attention || fault.kind == .notFound {
            return nil
        }
    }
}

/// Walks the entries of a pack without its trailer, checking each CRC and each tag: what it finds will be signed with
/// the index key, so nobody without the keys may have made it.
struct EntryWalk {
    private let file: File
    private let size: Int
    private let header: PackHeader
    private let decoder: EntryDecoder

    init(_ file: File, size: Int, header: PackHeader, keys: KeyBundle) throws {
        self.file = file
        self.size = size
        self.header = header
        decoder = try EntryDecoder(keys)
    }

    /// The whole entries and the offset where the last of them ends. After a bad stretch it looks for the next
    /// whole entry in steps of 16 bytes: a power cut may lose a middle part.
    func items() throws -> (items: [TrailerItem], end: Int) {
        var items: [TrailerItem] = []
        var offset = header.length
        var end = offset
        let window = AlignedBuffer(4 << 20)
        var windowStart = 0
        var windowCount = 0
        func has(_ count: Int) throws -> UnsafeRawPointer? {
            if offset < windowStart || offset + count > windowStart + windowCount {
                windowStart = offset
                windowCount = try file.read(
                    into: window.bytes(0..<min(window.capacity, max(0, size - offset))), at: offset)
            }
            return offset + count <= windowStart + windowCount
                ? UnsafeRawPointer(window.base + (offset - windowStart)) : nil
        }
        while offset + EntryHeader.length <= size {
            guard let head = try has(EntryHeader.length) else { break }
            if let entry = EntryHeader(head), let whole = try has(entry.entryLength),
                EntryHeader.checksum(whole, members: entry.members, sealedLength: entry.sealedLength) == entry.crc
            {
                let start = offset - windowStart
                let bytes = window.bytes(start..<start + entry.entryLength)
                if let ids = try decoder.ids(bytes, pack: header) {
                    items.append(
                        TrailerItem(
                            offset: offset, length: entry.entryLength, type: entry.type, codec: entry.codec,
                            session: entry.session, ids: ids))
                    end = offset + entry.entryLength
                }
                offset += entry.entryLength
            } else {
                offset += 16
            }
        }
        return (items, end)
    }
}
