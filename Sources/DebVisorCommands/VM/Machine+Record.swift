package import CommandKit
import DebVisorCore
package import Hypervisor

extension Machine: Record {
    package static var fields: [Field<Machine>] {
        [
            .string("name", "Name of the machine") { $0.name.text },
            .string("uuid", "Its UUID", column: .none) { $0.uuid },
            .int("id", "The hypervisor's number while it runs", column: .none) { $0.id },
            .choice("state", "What it does now") { $0.state },
            .int("vcpus", "Virtual processors") { $0.vcpus },
            .bytes("memory_bytes", "Memory it has now") { $0.memory.bytes },
            .bytes("maximum_memory_bytes", "Memory it may have", column: .none) { $0.maximumMemory.bytes },
            .bytes("disk_capacity_bytes", "What its disks can hold together", column: "DISKS") { machine in
                let known = machine.disks.compactMap { $0.capacity?.bytes }
                return known.isEmpty ? nil : known.reduce(0, +)
            },
            .bool("autostart", "Whether it starts with the host") { $0.autostart },
            .bool("persistent", "Whether it is still defined after it stops", column: .none) { $0.persistent },
            .records("disks", "Its disks") { $0.disks },
            .records("interfaces", "Its network interfaces") { $0.interfaces },
        ]
    }
}

extension MachineDisk: Record {
    package static var fields: [Field<MachineDisk>] {
        [
            .string("target", "The guest's name of the disk") { $0.target },
            .string("device", "disk, cdrom, floppy or lun") { $0.device.rawValue },
            .string("format", "Format of the image") { $0.format },
            .bytes("capacity_bytes", "What the guest can store") { $0.capacity?.bytes },
            .bytes("allocation_bytes", "Bytes in use on the host") { $0.allocation?.bytes },
            .bytes("physical_bytes", "Size of the container on the host", column: .none) { $0.physical?.bytes },
            .bool("read_only", "Whether the guest may not write it", column: .none) { $0.readOnly },
            .string("source", "Where the data is") { $0.sourceText },
            .strings("backing_chain", "Images below the first one", column: .none) { $0.backingChain },
        ]
    }

    /// The source in one word: a path, `pool/volume`, `protocol:name`.
    var sourceText: String? {
        switch source {
        case .file(let path), .block(let path): path
        case .volume(let pool, let name): "\(pool)/\(name)"
        case .network(let kind, let name): "\(kind):\(name)"
        case .other(let kind): kind
        case .none: nil
        }
    }
}

extension MachineInterface: Record {
    package static var fields: [Field<MachineInterface>] {
        [
            .string("type", "How it is connected: network, bridge, user, …") { $0.type },
            .string("source", "Name of the network or bridge") { $0.source },
            .string("mac", "Hardware address") { $0.mac },
            .string("model", "Emulated device") { $0.model },
            .string("device", "The host's device while the machine runs") { $0.device },
        ]
    }
}
