/// How far a backup is.
package struct BackupProgress: Sendable {
    /// The disk that is read now.
    package var disk = ""
    /// Bytes of it that are dealt with, holes and what did not change included, of so many.
    package var diskDone: UInt64 = 0
    package var diskSize: UInt64 = 0
    /// Bytes of the disks before it.
    package var disksDone: UInt64 = 0
    /// What was done so far with all disks.
    package var counters = BackupCounters()

    package init() {}

    /// Bytes of all disks that are dealt with.
    package var done: UInt64 { disksDone + diskDone }

    mutating func begin(_ disk: String, _ size: UInt64) {
        disksDone += diskSize
        (self.disk, diskDone, diskSize) = (disk, 0, size)
    }
}
