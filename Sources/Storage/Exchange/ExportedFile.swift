import DebVisorCore
package import Platform

/// A file that `system export` wrote: one store, or an archive of several.
package struct ExportedFile: Sendable {
    /// Where the bytes of one store lie.
    package struct Member: Sendable {
        /// `metrics.db`; nil for a file that is one store: it says itself which.
        package var name: String?
        package var offset: UInt64
        package var size: UInt64
    }

    package let file: File
    package let members: [Member]

    package var isArchive: Bool { members.first?.name != nil }

    /// - Parameter stores: whose files an archive may have.
    /// - Throws: `usage` for what is neither, `attention` for what is damaged, `notFound`, `denied`.
    package init(_ file: File, _ stores: [StoreDescription]) throws {
        self.file = file
        let size = try file.size
        var head = [UInt8](repeating: 0, count: TarHeader.block)
        let count = try head.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        if head.starts(with: "SQLite format 3\u{0}".utf8) {
            try Self.check(head, file.path)
            members = [Member(name: nil, offset: 0, size: UInt64(size))]
        } else if count == TarHeader.block, TarHeader.isTar(head) {
            members = try Self.members(of: file, UInt64(size), stores)
        } else {
            throw Self.noExport(file.path, "it is neither an SQLite file nor a tar archive")
        }
    }

    /// Another program's SQLite file has another number; one that was copied from a state directory has none.
    private static func check(_ head: [UInt8], _ path: String) throws {
        let offset = Store.applicationIDOffset
        let id = head[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
        guard id == 0 || id == Store.applicationID else {
            throw noExport(path, "it is an SQLite file of another program")
        }
        // One that was copied while its log was in use is not all there.
        guard head[18] != 2 || (try? File(path + "-wal", .read).size) ?? 0 == 0 else {
            throw Fault(
                .usage, "'\(path)' is not all of a store: there is a log beside it",
                hint: "export it where it is used: debvisor system export --store NAME FILE")
        }
    }

    private static func members(of file: File, _ end: UInt64, _ stores: [StoreDescription]) throws -> [Member] {
        var members: [Member] = []
        var offset: UInt64 = 0
        while true {
            guard offset + 512 <= end else {
                throw Fault(.attention, "'\(file.path)' was cut off", hint: "copy or export it again")
            }
            guard let header = try TarHeader(file.bytes(at: Int(offset), count: 512)) else { return members }
            let name = Directory.name(of: header.name)
            guard stores.contains(where: { Directory.name(of: $0.path) == name }) else {
                throw noExport(file.path, "it is an archive with '\(header.name)', which is no store")
            }
            guard !members.contains(where: { $0.name == name }), header.size <= end - offset - 512 else {
                throw Fault(
                    .attention, "'\(file.path)' was cut off, or has '\(name)' twice", hint: "copy or export it again")
            }
            members.append(Member(name: name, offset: offset + 512, size: header.size))
            offset += 512 + header.size + UInt64(header.padding)
        }
    }

    private static func noExport(_ path: String, _ why: String) -> Fault {
        Fault(
            .usage, "'\(path)' is no export of a store", hint: "make one with: debvisor system export FILE", cause: why)
    }
}
