import DebVisorCore
import Platform

/// A pack that is being written under `tmp/`; its lock tells other runs that its writer lives.
struct PackPart: Sendable {
    let file: File
    let name: String
    var sealed: SealedPack?

    /// Creates `tmp/LEASE-ID.part`: made as `.new`, locked, then renamed, so that a `.part` is locked while its writer lives.
    static func create(_ header: PackHeader, _ context: PackWriter.Context) throws -> PackPart {
        let name = "tmp/\(context.lease.id)-\(header.id).part"
        let fresh = context.directory.path(of: "tmp/\(header.id).new")
        let file = try File.create(fresh, isDirect: true, "part")
        guard try file.tryLock() else { throw Fault(.conflict, "'\(fresh)' is locked by another process") }
        try Directory.rename(fresh, to: context.directory.path(of: name), "part")
        return PackPart(file: file, name: name)
    }

    func synchronize() throws {
        try file.synchronize("pack")
    }

    /// Gives the pack its final name, unless the lease of this run was ended by somebody else meanwhile.
    func publish(_ context: PackWriter.Context) throws {
        guard let sealed else { preconditionFailure("only sealed packs are published") }
        try context.lease.checkNotEnded()
        try context.directory.publishPack(context.directory.path(of: name), as: sealed.id, "pack")
        try context.published(sealed)
    }
}
