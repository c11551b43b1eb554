/// What a backup did so far, in bytes.
package struct BackupCounters: Sendable {
    /// Read from the source.
    package var readBytes: UInt64 = 0
    /// Of the disk, looked at because it may have changed; all that was read if nobody knows what has.
    package var changedBytes: UInt64 = 0
    /// Of those read, not zero.
    package var dataBytes: UInt64 = 0
    /// Of those, not in the repository before.
    package var newBytes: UInt64 = 0
    /// Written for them, compressed and encrypted, maps included.
    package var storedBytes: UInt64 = 0

    static func - (a: BackupCounters, b: BackupCounters) -> BackupCounters {
        BackupCounters(
            readBytes: a.readBytes - b.readBytes, changedBytes: a.changedBytes - b.changedBytes,
            dataBytes: a.dataBytes - b.dataBytes, newBytes: a.newBytes - b.newBytes,
            storedBytes: a.storedBytes - b.storedBytes)
    }

    package static func += (a: inout BackupCounters, b: BackupCounters) {
        a.readBytes += b.readBytes
        a.changedBytes += b.changedBytes
        a.dataBytes += b.dataBytes
        a.newBytes += b.newBytes
        a.storedBytes += b.storedBytes
    }
}
