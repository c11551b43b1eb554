package import DebVisorCore
package import Hypervisor
package import Platform

/// Something that can be backed up: a machine, or an image file.
package protocol BackupSubject: Sendable {
    /// What its backups are called.
    var name: String { get }
    /// The machine's UUID; nil for a file.
    var vmUUID: String? { get }
    /// Takes hold of one instant of it. The caller closes what it gets, whatever happens, and then settles it.
    func open(_ history: SubjectHistory) async throws -> OpenedSubject
}

/// What a subject may build on, and may leave for the next backup.
package struct SubjectHistory: Sendable {
    /// Its backups in this repository, newest first.
    package var backups: [Snapshot]
    /// What all its checkpoints for this repository are called, and the one of this run.
    var checkpoints: CheckpointNames
    /// False if everything is to be read.
    var usesChanges: Bool
    /// False if no checkpoint is to be left.
    var leavesCheckpoint: Bool
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
        /// What need not be read again; nil if all of it must.
        package var base: DiskBase?

        package init(target: String, format: String?, path: String?, content: Content, base: DiskBase? = nil) {
            self.target = target
            self.format = format
            self.path = path
            self.content = content
            self.base = base
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
    /// What was left in a state that somebody has to see to; known after `close`.
    package var failures: [Fault] = []
    /// Since when changes are recorded; nil if they are not.
    package var tracking: Snapshot.Tracking?
    /// Why disks are read whole that might not have to be.
    package var wholeReasons: [String] = []
    /// Puts checkpoints in order, after `close`: told whether the backup exists now. - Returns: what is worth saying.
    package var settle: @Sendable (_ isCommitted: Bool) async -> [String] = { _ in [] }
    /// Why reading had to end early, if it had; asked before `close`.
    package var interruption: @Sendable () -> Fault? = { nil }
    /// Lets go.
    package var close: @Sendable () async -> Aftermath
}

extension Aftermath {
    /// The error of whatever was let go of with these failures: nobody is told of them otherwise.
    func joined(to error: any Error) -> any Error {
        guard let failure = failures.first, let fault = error as? Fault else { return error }
        return fault.and(failure)
    }
}

extension OpenedSubject {
    /// Bytes of all disks that will be read.
    package var sizeBytes: UInt64 {
        disks.reduce(0) { sum, disk in
            if case .source(let source) = disk.content { sum + source.sizeBytes } else { sum }
        }
    }
}
