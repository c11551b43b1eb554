/// The backup of a disk on which an incremental one builds: all that was not written since is as there.
package struct DiskBase: Sendable {
    let root: ObjectID
    let height: Int
    let sizeBytes: UInt64
    /// Whose instant it shows, or a later one.
    let checkpoint: String
}

/// What the record of changes cannot be trusted for; the disk is read whole instead.
struct ChangeDoubt: Error {
    var reason: String
    /// True if data shows that the record of changes lied.
    var isProven = false
}
