import CDynamicTables
import DebVisorCore
import Hypervisor

/// A machine in the hands of one thread.
final class LibvirtDomain {
    let handle: OpaquePointer
    let libvirt: Libvirt

    /// Takes over a reference.
    init(_ handle: OpaquePointer, _ libvirt: Libvirt) {
        self.handle = handle
        self.libvirt = libvirt
    }

    deinit { _ = libvirt.table.pointee.virDomainFree(handle) }

    var name: String { libvirt.table.pointee.virDomainGetName(handle).map { String(cString: $0) } ?? "" }

    /// Nil while the machine is off.
    var id: Int? {
        let id = libvirt.table.pointee.virDomainGetID(handle)
        return id == UInt32.max ? nil : Int(id)
    }

    var uuid: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(VIR_UUID_STRING_BUFLEN)) { buffer in
            guard let start = buffer.baseAddress,
                libvirt.table.pointee.virDomainGetUUIDString(handle, start) == 0
            else { return "" }
            return String(cString: start)
        }
    }

    func state() throws -> MachineState {
        var state: Int32 = 0
        var reason: Int32 = 0
        try libvirt.check(
            libvirt.table.pointee.virDomainGetState(handle, &state, &reason, 0), "see the state of '\(name)'")
        return MachineState(libvirt: state)
    }

    func xml(_ flags: virDomainXMLFlags...) throws -> String {
        let flags = flags.reduce(0) { $0 | $1.rawValue }
        return try libvirt.string(
            libvirt.table.pointee.virDomainGetXMLDesc(handle, flags), "read the definition of '\(name)'")
    }

    /// The machine's backup job as XML; nil if there is none. It never waits for the machine.
    func backupXML() throws -> String? {
        if let xml = libvirt.table.pointee.virDomainBackupGetXMLDesc(handle, 0) {
            return try libvirt.string(xml, "")
        }
        let error = libvirt.lastError()
        // A machine that is off or gone has no job either.
        if error.isOne(of: VIR_ERR_NO_DOMAIN_BACKUP, VIR_ERR_NO_DOMAIN, VIR_ERR_OPERATION_INVALID) { return nil }
        throw error.fault("see the backup job of '\(name)'")
    }
}

extension MachineState {
    /// From a `virDomainState`.
    init(libvirt state: Int32) {
        switch virDomainState(UInt32(bitPattern: state)) {
        case VIR_DOMAIN_RUNNING: self = .running
        case VIR_DOMAIN_BLOCKED: self = .blocked
        case VIR_DOMAIN_PAUSED: self = .paused
        case VIR_DOMAIN_SHUTDOWN: self = .shuttingDown
        case VIR_DOMAIN_SHUTOFF: self = .shutOff
        case VIR_DOMAIN_CRASHED: self = .crashed
        case VIR_DOMAIN_PMSUSPENDED: self = .suspended
        default: self = .unknown
        }
    }
}
