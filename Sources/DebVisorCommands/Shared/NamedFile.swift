import DebVisorCore
import Platform

/// A small file that a person named: a key, a password, a configuration.
enum NamedFile {
    /// - Throws: `notFound`, `denied`; `usage` for one that is too large to be what was meant, and is not read.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        do { return try DurableFile.read(path, limit: limit) } catch var fault as Fault where fault.kind == .attention {
            fault.kind = .usage
            fault.hint = "check the path: another file seems to be meant"
            throw fault
        }
    }
}
