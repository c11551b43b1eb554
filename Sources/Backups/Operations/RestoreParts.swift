import DebVisorCore
import Platform

/// The files of a restore under their temporary names.
final class RestoreParts: Sendable {
    private let parts = Locked([(part: String, path: String)]())
    private let ending: String

    /// - Parameter lease: of the restore; by it a later one sees whether what it finds is still being written.
    init(_ repository: ObjectID, _ lease: ObjectID?) {
        let owner = lease.map { "\(repository.description.prefix(8))-\($0.description.prefix(8))" }
        ending = "\(owner ?? String(ObjectID.random().description.prefix(8))).part"
    }

    /// The beginning of the lease of whoever writes, or wrote, this part of `file` from this repository; nil for
    /// anything else.
    static func owner(of name: String, for file: String, _ repository: ObjectID) -> String? {
        let (prefix, suffix) = ("\(file).\(repository.description.prefix(8))-", ".part")
        guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
        let owner = name.dropFirst(prefix.count).dropLast(suffix.count)
        return owner.utf8.count == 8 && [UInt8](hex: owner) != nil ? String(owner) : nil
    }

    /// A temporary name beside `path`.
    func add(_ path: String) -> String {
        let part = "\(path).\(ending)"
        parts.withLock { $0.append((part, path)) }
        return part
    }

    func publish() throws {
        let all = parts.withLock { $0 }
        for (part, path) in all {
            try Directory.rename(part, to: path, "restore")
        }
        for folder in Set(all.compactMap { Directory.parent(of: $0.path) }) {
            try Directory.synchronize(folder, "restore")
        }
    }

    func remove() {
        for (part, _) in parts.withLock({ $0 }) { _ = try? Directory.remove(part, "restore") }
    }
}
