import CDynamicTables
import DebVisorCore

extension LibvirtHypervisor {
    package func poolDirectory(_ name: String) async throws -> String {
        try await read { connection in
            let libvirt = connection.libvirt
            let pool = try Self.pool(name, connection)
            defer { _ = libvirt.table.pointee.virStoragePoolFree(pool) }
            let xml = try libvirt.string(
                libvirt.table.pointee.virStoragePoolGetXMLDesc(pool, 0), "read the definition of pool '\(name)'")
            let root = try XMLParser.parse(xml).root
            guard let path = root.first("target", "path")?.content, !path.isEmpty else {
                throw Fault(
                    .unavailable, "pool '\(name)' is no directory",
                    hint: "name a pool of type dir, fs or netfs", cause: "its type is \(root["type"] ?? "unknown")")
            }
            return path
        }
    }

    package func refreshPool(_ name: String) async throws {
        try await call { connection in
            let libvirt = connection.libvirt
            let pool = try Self.pool(name, connection)
            defer { _ = libvirt.table.pointee.virStoragePoolFree(pool) }
            try libvirt.check(libvirt.table.pointee.virStoragePoolRefresh(pool, 0), "refresh pool '\(name)'")
        }
    }

    private static func pool(_ name: String, _ connection: LibvirtConnection) throws -> OpaquePointer {
        let libvirt = connection.libvirt
        guard let pool = libvirt.table.pointee.virStoragePoolLookupByName(connection.handle, name) else {
            throw libvirt.lastError().fault("find storage pool '\(name)'")
        }
        return pool
    }

    /// The path of a volume; nil if the pool or volume is not known.
    static func volumePath(pool name: String, volume: String, _ connection: LibvirtConnection) -> String? {
        let libvirt = connection.libvirt
        guard let pool = try? pool(name, connection) else { return nil }
        defer { _ = libvirt.table.pointee.virStoragePoolFree(pool) }
        guard let found = libvirt.table.pointee.virStorageVolLookupByName(pool, volume) else { return nil }
        defer { _ = libvirt.table.pointee.virStorageVolFree(found) }
        return try? libvirt.string(libvirt.table.pointee.virStorageVolGetPath(found), "find volume '\(volume)'")
    }
}
