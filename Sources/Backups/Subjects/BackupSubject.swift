package import DebVisorCore
package import Hypervisor
package import Platform

/// Something that can be backed up: a machine, or an image file.
package protocol BackupSubject: Sendable {
    /// What its backups are called.
    var name: String { get }
    /// The machine's UUID; nil for a file.
    var vmUUID: String? { get }
    /// Takes hold of one instant of it. The caller closes what it gets, whatever happens.
    func open() async throws -> OpenedSubject
}

/// One instant of a subject, readable until `close`.
package struct OpenedSubject: Sendable {
    /// One disk of it, to be read or left out with a reason.
    package struct Disk: Sendable {
        package enum Content: Sendable {
            case source(any BlockSource)
            case skipped(String)
        }
        package var target: String
        package var format: String?
        package var path: String?
        package var content: Content

        package init(target: String, format: String?, path: String?, content: Content) {
            self.target = target
            self.format = format
            self.path = path
            self.content = content
        }
    }

    /// A small file that belongs to it.
    package struct Blob: Sendable {
        package var kind: Snapshot.Blob.Kind
        /// File name; for a TPM relative to its state directory.
        package var name: String
        package var path: String?
        package var status: FileStatus?
        package var bytes: [UInt8]
    }

    package var disks: [Disk]
    package var blobs: [Blob]
    package var consistency: BackupConsistency
    /// The instant that the disks show.
    package var instant: Timestamp
    package var warnings: [String]
    /// Lets go. - Returns: what went wrong with that and is worth saying.
    package var close: @Sendable () async -> [String]
}

extension OpenedSubject {
    /// Bytes of all disks that will be read.
    package var sizeBytes: UInt64 {
        disks.reduce(0) { sum, disk in
            if case .source(let source) = disk.content { sum + source.sizeBytes } else { sum }
        }
    }
}
