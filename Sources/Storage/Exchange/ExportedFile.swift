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
    /// What people call it.
    package let name: String
    package let members: [Member]
    package let isArchive: Bool

    /// - Parameters:
    ///   - stores: whose files an archive may have.
    ///   - name: what people call it; its path unless said.
    /// - Throws: `usage` for what is neither, `attention` for what is damaged, `notFound`, `denied`.
    package init(_ file: File, _ stores: [StoreDescription], called name: String? = nil) throws {
        self.file = file
        self.name = name ?? file.path
        guard !Directory.isDirectory(file.path) else { throw Self.noExport(self.name, "it is a directory") }
        let size = try file.size
        var head = [UInt8](repeating: 0, count: TarHeader.block)
        let count = try head.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        if head.starts(with: "SQLite format 3\u{0}".utf8) {
            try Self.check(head, file.path, self.name)
            isArchive = false
            members = [Member(name: nil, offset: 0, size: UInt64(size))]
        } else if count == TarHeader.block, TarHeader.isTar(head) {
            isArchive = true
            members = try Self.members(of: file, self.name, UInt64(size), stores)
        } else {
            throw Self.noExport(self.name, "it is neither an SQLite file nor a tar archive")
        }
    }

    /// Another program's SQLite file has another number; one that was copied from a state directory has none.
    private static func check(_ head: [UInt8], _ path: String, _ name: String) throws {
        let offset = Store.applicationIDOffset
        let id = head[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
        guard id == 0 || id == Store.applicationID else {
            throw noExport(name, "it is an SQLite file of another program")
        }
        // One that was copied while its log was in use is not all there.
        guard head[18] != 2 || (try? File(path + "-wal", .read).size) ?? 0 == 0 else {
            throw Fault(
                .usage, "'\(name)' is not all of a store: there is a log beside it",
                hint: "export it where it is used: debvisor system export --store NAME FILE")
        }
    }

    private static func members(
        of file: File, _ archive: String, _ end: UInt64, _ stores: [StoreDescription]
    ) throws -> [Member] {
        func damage(_ why: String) -> Fault {
            Fault(.attention, "'\(archive)' \(why)", hint: "copy or export it again")
        }
        var members: [Member] = []
        var offset: UInt64 = 0
        while true {
            guard offset + 512 <= end else { throw damage("was cut off") }
            let block = try file.bytes(at: Int(offset), count: 512)
            if TarHeader.isEnd(block) { return members }
            guard let header = try? TarHeader(block) else { throw damage("is damaged") }
            guard header.size <= end - offset - 512 else { throw damage("was cut off") }
            let name = Directory.name(of: header.name)
            switch header.kind {
            case .file:
                guard stores.contains(where: { Directory.name(of: $0.path) == name }) else {
                    throw noExport(archive, "it is an archive with '\(header.name.prefix(60))', which is no store")
                }
                guard !members.contains(where: { $0.name == name }) else { throw damage("has '\(name)' twice") }
                members.append(Member(name: name, offset: offset + 512, size: header.size))
            // Whoever packs stores anew has these too.
            case .attributes, .directory: break
            case .other:
                throw noExport(archive, "'\(header.name.prefix(60))' in it is no plain file")
            }
            offset += 512 + header.size + UInt64(header.padding)
        }
    }

    private static func noExport(_ path: String, _ why: String) -> Fault {
        Fault(
            .usage, "'\(path)' is no export of a store", hint: "make one with: debvisor system export FILE", cause: why)
    }
}
