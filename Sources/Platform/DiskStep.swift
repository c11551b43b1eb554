import DebVisorCore

/// What can be done to a disk.
package enum DiskOperation: String, Sendable, CaseIterable {
    case create, write, truncate, sync, rename, link, unlink, mkdir, rmdir, dirsync, commit
}

/// Every change of the disk goes through here, under a name for what it is done to: `pack`, `record`, …
///
/// In debug builds a test can end the process before or after any of them (`pack.rename.before`, see `Failpoint`), and
/// can have them all written down, to see what a power cut would leave. In release builds nothing of it is left.
package enum DiskStep {
    #if FAILPOINTS
    /// Hears of each change after it was made.
    package static let journal = Locked<(@Sendable (DiskChange) -> Void)?>(nil)

    package static func perform<Result>(
        _ operation: DiskOperation, _ purpose: StaticString, _ change: @autoclosure () -> DiskChange,
        _ body: () throws -> Result
    ) rethrows -> Result {
        Failpoint.pass(purpose, operation, .before)
        let result = try body()
        if let journal = journal.withLock({ $0 }) { journal(change()) }
        Failpoint.pass(purpose, operation, .after)
        return result
    }
    #else
    @inline(__always)
    package static func perform<Result>(
        _ operation: DiskOperation, _ purpose: StaticString, _ change: @autoclosure () -> DiskChange,
        _ body: () throws -> Result
    ) rethrows -> Result { try body() }
    #endif

    /// A transaction of a database, which has its own way to be durable.
    package static func commit<Result>(_ purpose: StaticString, _ body: () throws -> Result) rethrows -> Result {
        try perform(.commit, purpose, .commit(purpose.description), body)
    }
}

/// One change, with all that is needed to make it again elsewhere.
package enum DiskChange: Sendable, Equatable {
    case create(String)
    case write(String, offset: Int, [UInt8])
    case truncate(String, size: Int)
    case sync(String)
    case rename(String, to: String)
    case link(String, to: String)
    case unlink(String)
    case mkdir(String)
    case rmdir(String)
    case dirsync(String)
    case commit(String)
}
