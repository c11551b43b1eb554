package import DebVisorCore
package import Hypervisor
import Platform

extension LibvirtHypervisor {
    package func checkpoints(of name: VMName) async throws -> [MachineCheckpoint] {
        try await read { try $0.domain(name).checkpoints() }
    }

    package func removeCheckpoint(_ checkpoint: String, of name: VMName) async throws -> CheckpointRemoval {
        try await call { try $0.domain(name).remove(checkpoint: checkpoint) }
    }

    package func removeLostBitmap(_ name: String, of machine: VMName, disks: [String]) async throws -> Bool {
        try await call { connection in
            let domain = try connection.domain(machine)
            let all = try XMLParser.parse(domain.xml()).root.machineDisks.filter { $0.source != .none }.map(\.target)
            // libvirt wants to be told when the checkpoint began; nobody knows any more.
            let xml = CheckpointXML(name: name, disks: Set(disks), allTargets: all).text(createdAt: 1)
            guard try domain.redefine(checkpoint: xml) else { return false }
            return try domain.remove(checkpoint: name) == .removed
        }
    }

    package func startID(of name: VMName) async throws -> String? {
        let uuid: String? = try await read { connection in
            let domain = try connection.domain(name)
            return domain.id == nil ? nil : domain.uuid
        }
        guard let uuid, let boot = Host.bootID else { return nil }
        return try await Worker.run { QEMUProcess.find(uuid: uuid).map { "\(boot)/\($0)" } }
    }
}

/// A machine's QEMU among the processes of this host.
enum QEMUProcess {
    /// By the UUID on its command line, which libvirt always gives; nil if we cannot see it.
    static func find(uuid: String) -> ProcessIdentity? {
        let wanted = Array("-uuid\0\(uuid)\0".utf8)
        for name in (try? Directory.names(in: "/proc")) ?? [] {
            guard let number = Int32(name), let file = try? File("/proc/\(name)/cmdline", .read) else { continue }
            let isIt = withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
                guard let count = try? file.read(into: buffer, at: 0) else { return false }
                return buffer[..<count].firstRange(of: wanted) != nil
            }
            if isIt { return ProcessIdentity(of: number) }
        }
        return nil
    }
}
