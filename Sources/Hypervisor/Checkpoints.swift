/// What a backup job is asked to record and to tell.
package struct ChangeTracking: Sendable {
    /// Name of the checkpoint that begins with the job; nil if none is to.
    package var checkpoint: String?
    /// Targets whose images can hold a bitmap.
    package var disks: Set<String>
    /// Target → checkpoint since which changes are wanted.
    package var since: [String: String]

    package init(checkpoint: String?, disks: Set<String>, since: [String: String]) {
        self.checkpoint = checkpoint
        self.disks = disks
        self.since = since
    }
}

/// A point in a machine's life since which its disks' images record what changes.
package struct MachineCheckpoint: Sendable, Equatable {
    package var name: String
    package var parent: String?
    /// Seconds since 1970.
    package var createdAt: Int64
    /// Target → name of the bitmap in that disk's image.
    package var bitmaps: [String: String]

    package init(name: String, parent: String?, createdAt: Int64, bitmaps: [String: String]) {
        self.name = name
        self.parent = parent
        self.createdAt = createdAt
        self.bitmaps = bitmaps
    }
}

/// What became of a checkpoint that was to go.
package enum CheckpointRemoval: String, Sendable, CaseIterable {
    /// It and its bitmaps are gone.
    case removed
    /// Only its name: its bitmaps were lost before (a power cut), or are left in the images of a machine that is off.
    case forgotten
}
