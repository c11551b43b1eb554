package import DebVisorCore

/// One virtual machine as a listing shows it.
package struct Machine: Sendable {
    package var name: VMName
    package var uuid: String
    /// The hypervisor's number of a running machine; nil while it is off.
    package var id: Int?
    package var state: MachineState
    package var persistent: Bool
    package var autostart: Bool
    package var vcpus: Int
    package var memory: ByteCount
    package var maximumMemory: ByteCount
    package var disks: [MachineDisk]
    package var interfaces: [MachineInterface]
}

package enum MachineState: String, Sendable, CaseIterable {
    case running, blocked, paused, shuttingDown = "shutting_down", shutOff = "shut_off", crashed, suspended, unknown
    /// True while the hypervisor holds the machine's disks open.
    package var isActive: Bool { self != .shutOff && self != .crashed && self != .unknown }
}

/// One disk device of a machine, as its definition and the hypervisor's counters tell it.
package struct MachineDisk: Sendable {
    package enum Device: String, Sendable { case disk, cdrom, floppy, lun }
    package enum Source: Sendable, Equatable {
        case file(String), block(String)
        case volume(pool: String, name: String)
        case network(protocol: String, name: String)
        case other(String), none
    }
    /// The guest's name of it: `vda`.
    package var target: String
    package var device: Device
    package var source: Source
    /// `raw`, `qcow2`, …: as the definition says; nil if it does not.
    package var format: String?
    package var readOnly: Bool
    package var shareable: Bool
    package var transient: Bool
    /// Images below the first one (an external snapshot chain), topmost first.
    package var backingChain: [String]
    package var capacity: ByteCount?
    package var allocation: ByteCount?
    package var physical: ByteCount?

    package init(
        target: String, device: Device, source: Source, format: String?, readOnly: Bool, shareable: Bool,
        transient: Bool, backingChain: [String]
    ) {
        self.target = target
        self.device = device
        self.source = source
        self.format = format
        self.readOnly = readOnly
        self.shareable = shareable
        self.transient = transient
        self.backingChain = backingChain
    }

    /// The local path of a file or block device.
    package var path: String? {
        switch source {
        case .file(let path), .block(let path): path
        default: nil
        }
    }
}

package struct MachineInterface: Sendable {
    /// `network`, `bridge`, `user`, …
    package var type: String
    /// The network's or bridge's name.
    package var source: String?
    package var mac: String?
    package var model: String?
    /// The host's device while the machine runs: `vnet0`.
    package var device: String?

    package init(type: String, source: String?, mac: String?, model: String?, device: String?) {
        self.type = type
        self.source = source
        self.mac = mac
        self.model = model
        self.device = device
    }
}

extension Machine {
    package init(
        name: VMName, uuid: String, id: Int?, state: MachineState, persistent: Bool, autostart: Bool, vcpus: Int,
        memory: ByteCount, maximum: ByteCount, disks: [MachineDisk], interfaces: [MachineInterface]
    ) {
        self.name = name
        self.uuid = uuid
        self.id = id
        self.state = state
        self.persistent = persistent
        self.autostart = autostart
        self.vcpus = vcpus
        self.memory = memory
        self.maximumMemory = maximum
        self.disks = disks
        self.interfaces = interfaces
    }
}
