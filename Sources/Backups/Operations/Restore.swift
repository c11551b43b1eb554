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
        /// A stretch of a disk reads as zeros now, a small file was left out.
        package var holes: [Loss] = []
        /// Index segments that are damaged, by path: their packs were read instead.
        package var damagedSegments: [String] = []
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
            let holes = Locked([Loss]())
            let (index, damaged) = try await Worker.run { try ChunkIndex.loadForReading(repository) }
            let written = try await Worker.run { try write(parts, index, holes) }
            try await checkPlaces(overwriting: plan.request.overwrite)
            try await Worker.run { try parts.publish() }
            return Result(
                writtenBytes: written, holes: holes.withLock { $0.joined }, damagedSegments: damaged)
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

    private func onLoss(of disk: RestorePlan.Disk, _ holes: Locked<[Loss]>) -> (@Sendable (DiskDamage) -> Void)? {
        guard options.allowsHoles else { return nil }
        let target = disk.record.target
        return { damage in
            let loss = Loss(part: target, range: damage.range, reason: damage.miss.reason)
            holes.withLock { $0.append(loss) }
        }
    }

    private func write(_ parts: RestoreParts, _ index: ChunkIndex, _ holes: Locked<[Loss]>) throws -> UInt64 {
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
            do { bytes = try content(of: blob.record, fetcher) } catch let miss as ChunkFetcher.Miss {
                guard options.allowsHoles else { throw damage("'\(blob.record.name)'", miss) }
                holes.withLock { $0.append(Loss(part: blob.record.name, range: nil, reason: miss.reason)) }
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

    /// The whole content of a small file of a backup. - Throws: `Miss` if the repository cannot give it.
    private func content(of blob: Snapshot.Blob, _ fetcher: ChunkFetcher) throws -> [UInt8] {
        let ids = blob.chunks.compactMap { ObjectID(hex: $0) }
        let bytes = try ids.flatMap { try fetcher.member($0) }
        guard bytes.count == blob.size_bytes else { throw ChunkFetcher.Miss.malformed(ids.first ?? .zero) }
        return bytes
    }

    /// The machine's definition as it was backed up; nil for a file.
    package func definition() throws -> String? {
        guard let blob = plan.request.snapshot.blobs.first(where: { $0.kind == .domainXML }) else { return nil }
        let index = try ChunkIndex.loadForReading(repository).index
        do {
            return String(
                decoding: try content(of: blob, ChunkFetcher(PackLibrary(repository), index)), as: UTF8.self)
        } catch let miss as ChunkFetcher.Miss {
            throw damage("'\(blob.name)'", miss)
        }
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
