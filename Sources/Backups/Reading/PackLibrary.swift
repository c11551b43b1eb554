import DebVisorCore
import Platform

/// Packs opened for reading, shared by all threads.
final class PackLibrary: Sendable {
    struct OpenPack: Sendable {
        var file: File
        var header: PackHeader
    }

    let repository: Repository
    private let packs = Locked([ObjectID: OpenPack]())

    /// Descriptors kept open at most.
    private static let limit = 128

    init(_ repository: Repository) { self.repository = repository }

    /// - Throws: `notFound` if the pack is gone, `attention` if its header is damaged or another repository's.
    func pack(_ id: ObjectID) throws -> OpenPack {
        if let open = packs.withLock({ $0[id] }) { return open }
        let file = try File(repository.directory.packPath(id), .read)
        let size = try file.size
        let head = try file.bytes(at: 0, count: min(size, PackHeader.length + 255 * PackHeader.sessionLength))
        guard let header = PackHeader(head), header.id == id, header.repository == repository.id else {
            throw Fault(.attention, "the header of pack '\(file.path)' is damaged")
        }
        let open = OpenPack(file: file, header: header)
        packs.withLock { packs in
            if packs.count >= Self.limit { packs.removeAll(keepingCapacity: true) }
            packs[id] = open
        }
        return open
    }

    /// The trailer of a pack; nil if its footer or trailer is damaged or missing.
    func trailer(of id: ObjectID) throws -> (trailer: PackTrailer, size: Int)? {
        let open = try pack(id)
        let size = try open.file.size
        guard let location = try location(of: open, size) else { return nil }
        let footer = try open.file.bytes(at: size - PackTrailer.footerLength, count: PackTrailer.footerLength)
        let trailer = try PackTrailer(
            header: open.header.bytes, trailer: open.file.bytes(at: location.offset, count: location.length),
            footer: footer,
            indexKey: repository.keys.indexKey)
        return trailer.map { ($0, size) }
    }

    /// Where a pack's trailer lies, as its footer says; nil if it has none.
    func location(of open: OpenPack, _ size: Int) throws -> (offset: Int, length: Int)? {
        guard size >= PackTrailer.footerLength + open.header.length else { return nil }
        let footer = try open.file.bytes(at: size - PackTrailer.footerLength, count: PackTrailer.footerLength)
        return PackTrailer.location(footer: footer, packSize: size)
    }
}
