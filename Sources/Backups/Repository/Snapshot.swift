import DebVisorCore
import Platform

/// One backup's record: docs/repository-format.md, section 8.
package struct Snapshot: Codable, Sendable {
    package struct Disk: Codable, Sendable {
        package var target: String
        package var format: String?
        package var path: String?
        /// Inode of the image: one that was put in its place is another. Absent for devices.
        package var inode: UInt64?
        package var size_bytes: UInt64
        /// Hex id of the map's root page; nil if the disk was skipped.
        package var root: String?
        package var height: Int?
        package var read_bytes: UInt64
        package var new_bytes: UInt64
        package var stored_bytes: UInt64
        package var skipped_reason: String?
        /// Bytes that were looked at because they may have changed; absent in records that always read all.
        package var changed_bytes: UInt64?
    }

    /// Since when the machine records what changes: what the next backup builds on.
    package struct Tracking: Codable, Sendable, Equatable {
        /// The hypervisor's checkpoint whose instant this backup, or one before it, shows.
        package var checkpoint: String
        /// Targets of the disks whose images record changes since.
        package var disks: [String]
        /// The run of the machine in which the checkpoint began; absent if nobody could tell.
        package var start_id: String?
    }

    package struct Blob: Codable, Sendable {
        package enum Kind: String, Codable, Sendable, CaseIterable {
            case domainXML = "domain-xml"
            case nvram, tpm
        }
        package var kind: Kind
        /// File name, relative to the state directory for a TPM.
        package var name: String
        /// Where it lay on the host.
        package var path: String?
        /// Permission bits.
        package var mode: UInt32
        /// Numbers of its owner; null in records of hosts that could not tell.
        package var uid: UInt32?
        package var gid: UInt32?
        package var size_bytes: Int
        package var chunks: [String]
    }

    package var version = 1
    package var backup_id: String
    package var time: Int64
    package var sequence: Int
    package var name: String
    package var vm_uuid: String?
    package var host: String
    package var writer: String
    package var created_at: String
    package var finished_at: String
    package var mode: String
    package var fallback_reason: String?
    package var consistency: String
    package var parent_backup_id: String?
    package var tags: [String: String]
    package var duration_seconds: Double
    package var disks: [Disk]
    package var blobs: [Blob]
    package var tracking: Tracking?

    /// The object's name in the repository.
    package var objectName: String { Self.objectName(time: time, id: backup_id) }

    static func objectName(time: Int64, id: String) -> String {
        let digits = String(time, radix: 16)
        return "snapshots/" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits + "-" + id
    }

    /// `NAME@TIME`: what a person types.
    package var reference: String { "\(name)@\(created_at)" }

    /// An instant as `created_at` says it: in milliseconds, and later by some, only if another backup of that name has
    /// the second already.
    static func unused(_ instant: Timestamp, by name: String, among snapshots: [Snapshot]) -> String {
        let taken = Set(snapshots.lazy.filter { $0.name == name }.map(\.created_at))
        if !taken.contains(instant.description) { return instant.description }
        var instant = instant
        while taken.contains(instant.exactDescription) { instant = instant.adding(milliseconds: 1) }
        return instant.exactDescription
    }
}

extension Snapshot.Disk {
    /// Root id of a disk that was backed up.
    var rootID: ObjectID? { root.flatMap { ObjectID(hex: $0) } }
}

extension Repository {
    /// Every backup, oldest first. Records that cannot be read are in `damaged`, by name.
    package func snapshots() throws -> (snapshots: [Snapshot], damaged: [String]) {
        var snapshots: [Snapshot] = []
        var damaged: [String] = []
        for name in try directory.list("snapshots") {
            do {
                if let snapshot = try snapshot(named: "snapshots/\(name)") { snapshots.append(snapshot) }
            } catch let fault as Fault where fault.kind == .attention {
                damaged.append("snapshots/\(name)")
            }
        }
        return (snapshots, damaged)
    }

    /// nil if the record is gone.
    func snapshot(named name: String) throws -> Snapshot? {
        guard let bytes = try directory.readIfPresent(name) else { return nil }
        let json = try SealedObject.open(bytes, as: .snapshot, named: name, with: keys, in: id)
        return try Snapshot(json: json, of: name)
    }

    /// Makes a backup visible: the only commit.
    func commit(_ snapshot: Snapshot) throws {
        let name = snapshot.objectName
        let bytes = try SealedObject.seal(JSON.encode(snapshot), as: .snapshot, named: name, with: keys, in: id)
        try directory.put(bytes, as: name, "record")
    }
}
