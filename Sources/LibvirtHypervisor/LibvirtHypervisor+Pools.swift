import CDynamicTables
import DebVisorCore
import Glibc
package import Hypervisor
import Platform

extension LibvirtHypervisor {
    package func pools() async throws -> [StoragePool] {
        // The test driver's directories are not ours.
        let isHere = place.isLocal && place.driver != "test"
        return try await read { connection in
            let libvirt = connection.libvirt
            var list: UnsafeMutablePointer<OpaquePointer?>?
            let count = libvirt.table.pointee.virConnectListAllStoragePools(connection.handle, &list, 0)
            guard count >= 0 else {
                let error = libvirt.lastError()
                if error.isOne(of: VIR_ERR_NO_SUPPORT, VIR_ERR_OPERATION_UNSUPPORTED) { return [] }
                throw error.fault("list storage pools")
            }
            defer {
                for index in 0..<Int(count) {
                    if let pool = list?[index] { _ = libvirt.table.pointee.virStoragePoolFree(pool) }
                }
                free(list)
            }
            return (0..<Int(count)).compactMap { index in
                list?[index].flatMap { Self.pool($0, libvirt, isHere: isHere) }
            }.sorted { $0.name < $1.name }
        }
    }

    /// Nil for a pool that went away meanwhile.
    private static func pool(_ pool: OpaquePointer, _ libvirt: Libvirt, isHere: Bool) -> StoragePool? {
        var info = virStoragePoolInfo()
        guard let name = libvirt.table.pointee.virStoragePoolGetName(pool).map({ String(cString: $0) }),
            libvirt.table.pointee.virStoragePoolGetInfo(pool, &info) == 0
        else { return nil }
        let state = StoragePoolState(rawValue: Int(info.state)) ?? .inactive
        guard state != .inactive else { return StoragePool(name: name, state: state, space: nil) }
        // What libvirt says is as old as its last refresh; the file system knows better, and costs less than a refresh.
        let path = directory(of: pool, libvirt)
        let fresh = isHere ? path.flatMap { MountedFileSystem.Space(at: $0) } : nil
        let space = StoragePool.Space(
            capacity: ByteCount(fresh?.size ?? info.capacity),
            allocation: ByteCount(fresh.map { $0.size - min($0.size, $0.free) } ?? info.allocation),
            available: ByteCount(fresh?.available ?? info.available))
        return StoragePool(name: name, state: state, space: space, path: path)
    }

    /// The path of a pool that is a directory of a file system; nil for others.
    private static func directory(of pool: OpaquePointer, _ libvirt: Libvirt) -> String? {
        guard
            let xml = try? libvirt.string(libvirt.table.pointee.virStoragePoolGetXMLDesc(pool, 0), "read a pool"),
            let root = try? XMLParser.parse(xml).root, ["dir", "fs", "netfs"].contains(root["type"])
        else { return nil }
        return root.first("target", "path")?.content
    }

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
