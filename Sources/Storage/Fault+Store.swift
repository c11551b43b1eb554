package import DebVisorCore
package import GRDB
import Platform

extension Fault {
    /// An error of SQLite in a person's words.
    ///
    /// Kinds: `timeout` (another process kept the lock), `denied` (permissions, read-only), `attention` (the file is
    /// damaged or no database), `conflict` (a constraint), `unavailable` (out of memory), else `failed`.
    package static func store(_ store: StoreDescription, _ path: String, _ error: DatabaseError) -> Fault {
        let what = "store '\(store.name)'"
        let cause = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return Fault(
                .timeout, "\(what) stayed locked by another process",
                hint: "try again; 'fuser \(path)' shows who has it open", cause: cause)
        case .SQLITE_FULL: return noSpace(what, path, cause)
        // Also to read SQLite needs a few pages, for the index of its log.
        case .SQLITE_IOERR where isFull(path): return noSpace(what, path, cause)
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            return Fault(
                .denied, "\(what) cannot be opened or written",
                hint: "check owner and permissions of '\(path)' and its directory", cause: cause)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return Fault(.attention, "\(what) is damaged: '\(path)'", hint: store.recovery, cause: cause)
        case .SQLITE_CONSTRAINT:
            return Fault(.conflict, "\(what) refuses the change", cause: cause)
        case .SQLITE_NOMEM:
            return Fault(.unavailable, "no memory for \(what)", cause: cause)
        default:
            return Fault(.failed, "\(what) failed", hint: "'debvisor system check' looks into it", cause: cause)
        }
    }
}

extension Fault {
    private static func noSpace(_ what: String, _ path: String, _ cause: String) -> Fault {
        Fault(
            .failed, "no space left for \(what)", hint: "free some space on the file system of '\(path)'", cause: cause)
    }

    private static func isFull(_ path: String) -> Bool {
        let free = try? Directory.freeBytes(at: Directory.parent(of: path) ?? "/")
        return free.map { $0 < 1 << 20 } ?? false
    }
}

extension Store {
    /// Runs `body`; SQLite's errors leave it as faults, all others as they are.
    static func translating<Result>(
        _ description: StoreDescription, _ path: String, _ body: () throws -> Result
    ) throws -> Result {
        do { return try body() } catch let error as DatabaseError { throw Fault.store(description, path, error) }
    }
}
