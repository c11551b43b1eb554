import DebVisorCore
import Platform

/// Space that a deletion frees first when the disk is full: its lease and tombstone need some before anything can go.
struct Reserve {
    static let name = "reserve"
    static let bytes = 4 << 20

    let directory: RepositoryDirectory

    /// Frees it if less than as much again is free.
    func release(whenFree free: UInt64) throws {
        if free < UInt64(Self.bytes) { try directory.remove(Self.name, "reserve") }
    }

    /// Takes it again. A disk that is still full has none; the next deletion tries anew.
    func refill() {
        guard !Directory.exists(directory.path(of: Self.name)) else { return }
        try? directory.put([UInt8](repeating: 0, count: Self.bytes), as: Self.name, "reserve")
    }
}
