package import DebVisorCore
import Platform

/// What a person asked of a restore.
package struct RestoreRequest: Sendable {
    package var snapshot: Snapshot
    /// A copy under another name, with an identity of its own; nil to bring back the original.
    package var newName: VMName?
    /// Where the disks go; nil for where they were.
    package var directory: String?
    /// Targets; empty for all.
    package var disks: [String] = []
    package var overwrite = false
    package var define = false

    package init(_ snapshot: Snapshot) { self.snapshot = snapshot }
}

/// Which files a restore writes, decided before any is touched.
package struct RestorePlan: Sendable {
    package struct Disk: Sendable {
        package var record: Snapshot.Disk
        /// Absolute.
        package var path: String
        /// `raw` or `qcow2`.
        package var format: String
        package var exists: Bool
    }
    package struct Blob: Sendable {
        var record: Snapshot.Blob
        package var path: String
        package var exists: Bool
    }

    package var request: RestoreRequest
    /// The machine's UUID after the restore; nil for a file.
    package var uuid: String?
    package var disks: [Disk]
    /// Variable store, TPM state; the definition itself if it goes to a file.
    package var blobs: [Blob]
    /// Disks of the record that are not restored, with the reason.
    package var omitted: [(target: String, reason: String)]

    /// What the restored thing is called.
    package var name: String { request.newName?.text ?? request.snapshot.name }

    package var nvramPath: String? { blobs.first { $0.record.kind == .nvram }?.path }

    /// Every file that the restore writes.
    package var paths: [String] { disks.map(\.path) + blobs.map(\.path) }

    /// - Throws: `notFound` (no such disk, a directory that is not there), `conflict` (nothing to restore, two disks
    ///   for one path, no place known).
    package init(_ request: RestoreRequest) throws {
        self.request = request
        let snapshot = request.snapshot
        try Self.check(request)
        uuid = snapshot.vm_uuid == nil ? nil : request.newName == nil ? snapshot.vm_uuid : try RandomUUID.make()
        disks = []
        omitted = []
        for disk in snapshot.disks {
            if !request.disks.isEmpty, !request.disks.contains(disk.target) { continue }
            if disk.root == nil {
                omitted.append((disk.target, disk.skipped_reason ?? "not in the backup"))
                continue
            }
            let path = try RestorePlaces(request).path(of: disk)
            disks.append(
                Disk(
                    record: disk, path: path, format: disk.format == "qcow2" ? "qcow2" : "raw",
                    exists: Directory.exists(path)))
        }
        blobs = []
        // Single disks come back alone; a whole machine with what belongs to it.
        if request.disks.isEmpty { try planBlobs() }
        try checkPlaces()
    }

    private static func check(_ request: RestoreRequest) throws {
        let snapshot = request.snapshot
        for target in request.disks where !snapshot.disks.contains(where: { $0.target == target }) {
            let targets = snapshot.disks.map(\.target)
            throw Fault(
                .notFound, "backup '\(snapshot.reference)' has no disk '\(target)'",
                hint: "it has: \(targets.joined(separator: ", "))")
        }
        if request.define, snapshot.vm_uuid == nil {
            throw Fault(
                .conflict, "'\(snapshot.reference)' is the backup of a file: there is no machine to define",
                hint: "leave out --define and --start")
        }
        if request.define, !request.disks.isEmpty {
            throw Fault(
                .usage, "--define needs all disks", hint: "leave out --disk, or restore the disk alone without --define"
            )
        }
    }

    private mutating func planBlobs() throws {
        let places = RestorePlaces(request)
        for blob in request.snapshot.blobs {
            guard let path = places.path(of: blob, newUUID: uuid) else { continue }
            blobs.append(Blob(record: blob, path: path, exists: Directory.exists(path)))
        }
    }

    private func checkPlaces() throws {
        guard !disks.isEmpty else {
            throw Fault(
                .conflict, "backup '\(request.snapshot.reference)' holds none of the disks asked for",
                hint: omitted.first.map { "\($0.target): \($0.reason)" })
        }
        var taken: Set<String> = []
        for path in paths {
            guard taken.insert(path).inserted else {
                throw Fault(
                    .conflict, "two files would be restored to '\(path)'", hint: "restore them one by one with --disk")
            }
        }
        for disk in disks {
            let parent = Directory.parent(of: disk.path) ?? "/"
            guard Directory.isDirectory(parent) else {
                throw Fault(
                    .notFound, "the directory '\(parent)' for disk '\(disk.record.target)' does not exist",
                    hint: "make it, or say where with --to DIR or --pool POOL")
            }
            if Directory.isDirectory(disk.path) { throw Fault(.conflict, "'\(disk.path)' is a directory") }
        }
    }
}

/// Where the parts of a restore go.
struct RestorePlaces {
    private let request: RestoreRequest

    init(_ request: RestoreRequest) { self.request = request }

    private var name: String { request.newName?.text ?? request.snapshot.name }

    /// - Throws: `conflict` if the disk was on a block device, or nobody knows where it was.
    func path(of disk: Snapshot.Disk) throws -> String {
        guard let directory = request.directory ?? disk.path.flatMap({ Directory.parent(of: $0) }) else {
            throw Fault(
                .conflict, "nobody knows where disk '\(disk.target)' was",
                hint: "say where with --to DIR or --pool POOL")
        }
        if request.directory == nil, directory.hasPrefix("/dev") {
            throw Fault(
                .conflict, "disk '\(disk.target)' was on the block device '\(disk.path ?? "")'",
                hint: "restore it to a file: --to DIR or --pool POOL")
        }
        return "\(directory)/\(fileName(of: disk))"
    }

    private func fileName(of disk: Snapshot.Disk) -> String {
        let original = disk.path.map { Directory.name(of: $0) }
        let shared = request.snapshot.disks.filter { $0.path.map { Directory.name(of: $0) } == original }.count > 1
        if request.newName == nil, let original, !shared { return original }
        let ending = disk.format == "qcow2" ? "qcow2" : "img"
        return request.snapshot.vm_uuid == nil ? "\(name).\(ending)" : "\(name)-\(disk.target).\(ending)"
    }

    /// nil if the blob goes into no file of its own: the definition of a machine that is defined.
    func path(of blob: Snapshot.Blob, newUUID: String?) -> String? {
        switch blob.kind {
        case .domainXML:
            guard let directory = request.directory, !request.define else { return nil }
            return "\(directory)/\(name).xml"
        case .nvram:
            let ending = blob.name.hasSuffix(".qcow2") ? "qcow2" : "fd"
            if request.directory == nil, request.newName == nil, let path = blob.path { return path }
            guard let directory = request.directory ?? blob.path.flatMap({ Directory.parent(of: $0) }) else {
                return nil
            }
            return "\(directory)/\(name)_VARS.\(ending)"
        case .tpm:
            // The hypervisor looks for the state under the machine's UUID, wherever the disks are.
            if !request.define { return request.directory.map { "\($0)/\(name)-tpm/\(blob.name)" } }
            guard let path = blob.path, let old = request.snapshot.vm_uuid, let newUUID else { return blob.path }
            return path.replacing(old, with: newUUID)
        }
    }
}
