package import DebVisorCore
package import Hypervisor

extension LibvirtHypervisor {
    package func checkpoints(of name: VMName) async throws -> [MachineCheckpoint] { [] }

    package func removeCheckpoint(_ checkpoint: String, of name: VMName) async throws -> CheckpointRemoval {
        throw Fault(.notFound, "'\(name)' has no checkpoint '\(checkpoint)'")
    }

    package func removeLostBitmap(_ name: String, of machine: VMName, disks: [String]) async throws -> Bool { false }

    package func startID(of name: VMName) async throws -> String? { nil }
}
