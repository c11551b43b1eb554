import Cryptography
package import DebVisorCore
package import Hypervisor
import Platform

/// Brings a backup back: every file is written beside its place and synced; only when all are whole are they renamed.
package struct Restore: Sendable {
    private let repository: Repository
    private let plan: RestorePlan
    private let images: any DiskImages
    private let options: Options

    package struct Options: Sendable {
        package var workers: Int?
        /// Give back what is there: what the repository lost reads as zeros, or is left out.
        package var allowsHoles = false
        package var isCancelled: @Sendable () -> Bool = { false }
        /// Bytes written so far, of all disks.
        package var advanced: @Sendable (UInt64) -> Void = { _ in }
        /// Asked before anything is written and again before the first rename: paths that active machines hold.
        package var pathsInUse: @Sendable () async throws -> [String: VMName] = { [:] }

        /// Who restores, for the lease that keeps deletions from what is being read.
        package var host = HostIdentity.current
        package var clock: any WallClock = LiveClock()

        package init() {}
    }

    package struct Result: Sendable {
        package var writtenBytes: UInt64
        /// What could not be given back, by disk and place.
        package var holes: [Hole] = []
    }

    /// A stretch of a disk that reads as zeros now because its data is lost; or a small file that was left out.
    package struct Hole: Sendable {
        /// Disk, or name of the file.
        package var part: String
        /// Bytes of the disk; nil for a file.
        package var range: Range<UInt64>?
        package var reason: String
    }

    package init(_ repository: Repository, _ plan: RestorePlan, images: any DiskImages, options: Options) {
        self.repository = repository
        self.plan = plan
        self.images = images
        self.options = options
    }

    /// - Throws: `conflict` (exists and may not be overwritten, or in use), `attention` (the repository is damaged),
    ///   `failed`, `CancellationError`. No file is half-written then.
    package func run() async throws -> Result {
        try await checkPlaces(overwriting: plan.request.overwrite)
        let lease = try await Worker.run { takeLease() }
        defer { try? lease?.release() }
        let parts = RestoreParts(repository.id, lease?.id)
        do {
            try await Worker.run { try removeRemains() }
            let holes = Locked([Hole]())
            let written = try await Worker.run { try write(parts, holes) }
            try await checkPlaces(overwriting: plan.request.overwrite)
            try await Worker.run { try parts.publish() }
            return Result(writtenBytes: written, holes: Self.joined(holes.withLock { $0 }))
        } catch {
            parts.remove()
            throw error
        }
    }

    /// nil where none can be put, as in a read-only or full repository: what nobody can write to, nobody prunes.
    private func takeLease() -> Lease? {
        try? Lease.take(
            .read, vmUUIDs: [], command: "backup restore", host: options.host, in: repository, clock: options.clock)
    }

    /// Removes the parts of restores to these places that were killed.
    private func removeRemains() throws {
        let alive = try LeaseSurvey.take(in: repository, host: options.host, besides: nil).alive.map(\.id)
        for path in plan.paths {
            guard let folder = Directory.parent(of: path), Directory.isDirectory(folder) else { continue }
            for name in try Directory.names(in: folder) {
                guard let owner = RestoreParts.owner(of: name, for: Directory.name(of: path), repository.id),
                    !alive.contains(where: { $0.description.hasPrefix(owner) })
                else { continue }
                try Directory.remove("\(folder)/\(name)", "restore")
            }
        }
    }

    /// - Throws: `conflict` if a place is taken and may not be, or an active machine holds it.
    package func checkPlaces(overwriting: Bool) async throws {
        let taken = plan.paths.filter { Directory.exists($0) }
        guard let first = taken.first else { return }
        let held = try await options.pathsInUse()
        for path in taken {
            let real = Directory.resolved(path) ?? path
            if let holder = held[path] ?? held[real] {
                throw Fault(
                    .conflict, "'\(path)' is in use by the running machine '\(holder)'",
                    hint: "stop it first, or restore beside it with --as NEWNAME or --to DIR")
            }
            if try images.isInUse(path: path) {
                throw Fault(
                    .conflict, "'\(path)' is open in another process (QEMU's image lock)",
                    hint: "stop the machine that uses it, or restore beside it with --as NEWNAME or --to DIR")
            }
        }
        guard overwriting else {
            throw Fault(
                .conflict, "'\(first)' exists",
                hint: "overwrite it with --yes, or restore beside it with --as NEWNAME or --to DIR")
        }
    }

    /// In order, neighbours joined.
    private static func joined(_ holes: [Hole]) -> [Hole] {
        let sorted = holes.sorted { ($0.part, $0.range?.lowerBound ?? 0) < ($1.part, $1.range?.lowerBound ?? 0) }
        return sorted.reduce(into: []) { list, hole in
            if let last = list.last, last.part == hole.part, let before = last.range, let range = hole.range,
                before.upperBound == range.lowerBound
            {
                list[list.count - 1].range = before.lowerBound..<range.upperBound
            } else {
                list.append(hole)
            }
        }
    }

    private func onLoss(of disk: RestorePlan.Disk, _ holes: Locked<[Hole]>) -> (@Sendable (DiskDamage) -> Void)? {
        guard options.allowsHoles else { return nil }
        let target = disk.record.target
        return { damage in
            let hole = Hole(part: target, range: damage.range, reason: damage.miss.description)
            holes.withLock { $0.append(hole) }
        }
    }

    private func write(_ parts: RestoreParts, _ holes: Locked<[Hole]>) throws -> UInt64 {
        let index = try ChunkIndex.load(repository)
        var before: UInt64 = 0
        for disk in plan.disks {
            guard let root = disk.record.rootID, let height = disk.record.height else { continue }
            let start = before
            let restore = DiskRestore(
                repository, index,
                options: DiskRestore.Options(
                    workers: options.workers ?? min(Worker.processors + 1, Geometry.workerLimit),
                    isCancelled: options.isCancelled,
                    advanced: { options.advanced(start + $0) },
                    lost: onLoss(of: disk, holes)))
            let part = parts.add(disk.path)
            let sink = try images.create(path: part, format: disk.format, sizeBytes: disk.record.size_bytes)
            do {
                before += try restore.write(
                    root: root, height: height, sizeBytes: disk.record.size_bytes, to: sink)
                try sink.finish()
            } catch {
                sink.abandon()
                throw explained(error, disk)
            }
            if let owner = try Self.ownerOfPlace(disk.path) {
                try owner.apply(to: part)
                try File(part, .readWrite).synchronizeAll("restore")
            }
        }
        let fetcher = try ChunkFetcher(PackLibrary(repository), index)
        for blob in plan.blobs {
            let bytes: [UInt8]
            do { bytes = try content(of: blob.record, fetcher) } catch let fault as Fault
                where fault.kind == .attention && options.allowsHoles
            {
                let reason = fault.cause ?? fault.message
                holes.withLock { $0.append(Hole(part: blob.record.name, range: nil, reason: reason)) }
                continue
            }
            let part = parts.add(blob.path)
            try Directory.create(Directory.parent(of: blob.path) ?? "/", "restore")
            let file = try File.create(part, "restore")
            try bytes.withUnsafeBytes { try file.write($0, at: 0, "restore") }
            try owner(of: blob)?.apply(to: part)
            try file.synchronizeAll("restore")
        }
        return before
    }

    /// The whole content of a small file of a backup. - Throws: `attention` if the repository cannot give it.
    private func content(of blob: Snapshot.Blob, _ fetcher: ChunkFetcher) throws -> [UInt8] {
        do {
            let bytes = try blob.chunks.compactMap { ObjectID(hex: $0) }.flatMap { try fetcher.member($0) }
            guard bytes.count == blob.size_bytes else {
                throw Fault(
                    .attention,
                    "'\(blob.name)' of '\(plan.request.snapshot.reference)' has another size than its record",
                    cause: "\(bytes.count) bytes, not \(blob.size_bytes)")
            }
            return bytes
        } catch let miss as ChunkFetcher.Miss {
            throw damage("'\(blob.name)'", miss)
        }
    }

    /// The machine's definition as it was backed up; nil for a file.
    package func definition() throws -> String? {
        guard let blob = plan.request.snapshot.blobs.first(where: { $0.kind == .domainXML }) else { return nil }
        let fetcher = try ChunkFetcher(PackLibrary(repository), ChunkIndex.load(repository))
        return String(decoding: try content(of: blob, fetcher), as: UTF8.self)
    }

    private func explained(_ error: any Error, _ disk: RestorePlan.Disk) -> any Error {
        switch error {
        case let damaged as DiskDamage:
            damage(
                "disk '\(disk.record.target)' at bytes \(damaged.range.lowerBound)–\(damaged.range.upperBound)",
                damaged.miss)
        case let miss as ChunkFetcher.Miss: damage("the map of disk '\(disk.record.target)'", miss)
        default: error
        }
    }

    private func damage(_ what: String, _ miss: ChunkFetcher.Miss) -> Fault {
        Fault(
            .attention, "\(what) of '\(plan.request.snapshot.reference)' is damaged in the repository",
            hint: "get the rest with --allow-holes; see what else is hit: debvisor backup verify --read-data",
            cause: miss.description)
    }

    /// A file that is replaced keeps its owner and mode; a new disk belongs to whom its directory belongs.
    private static func ownerOfPlace(_ path: String) throws -> FileStatus? {
        if Directory.exists(path) { return try FileStatus(of: path) }
        var status = try FileStatus(of: Directory.parent(of: path) ?? "/")
        status.mode = 0o600
        return status
    }

    private func owner(of blob: RestorePlan.Blob) throws -> FileStatus? {
        guard let uid = blob.record.uid, let gid = blob.record.gid else { return try Self.ownerOfPlace(blob.path) }
        return FileStatus(mode: blob.record.mode, userID: uid, groupID: gid)
    }
}
