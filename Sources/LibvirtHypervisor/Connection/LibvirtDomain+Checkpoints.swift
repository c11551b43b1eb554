import CDynamicTables
import DebVisorCore
import Glibc
import Hypervisor

extension LibvirtDomain {
    private var calls: dv_libvirt { libvirt.table.pointee }

    /// Parents first; none if the driver has no checkpoints.
    func checkpoints() throws -> [MachineCheckpoint] {
        var list: UnsafeMutablePointer<OpaquePointer?>?
        let count = calls.virDomainListAllCheckpoints(
            handle, &list, VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL.rawValue)
        guard count >= 0 else {
            let error = libvirt.lastError()
            if error.isOne(of: VIR_ERR_NO_SUPPORT, VIR_ERR_OPERATION_UNSUPPORTED) { return [] }
            throw error.fault("list the checkpoints of '\(name)'")
        }
        defer {
            for index in 0..<Int(count) { if let handle = list?[index] { _ = calls.virDomainCheckpointFree(handle) } }
            free(list)
        }
        return try (0..<Int(count)).compactMap { index in
            guard let handle = list?[index] else { return nil }
            let xml = try libvirt.string(
                calls.virDomainCheckpointGetXMLDesc(handle, VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN.rawValue),
                "read a checkpoint of '\(name)'")
            return try CheckpointXML.read(xml)
        }
    }

    /// False too if the driver has no checkpoints.
    func hasCheckpoint(_ checkpoint: String) throws -> Bool {
        if let found = calls.virDomainCheckpointLookupByName(handle, checkpoint, 0) {
            _ = calls.virDomainCheckpointFree(found)
            return true
        }
        let error = libvirt.lastError()
        if error.isOne(of: VIR_ERR_NO_DOMAIN_CHECKPOINT, VIR_ERR_NO_SUPPORT, VIR_ERR_OPERATION_UNSUPPORTED) {
            return false
        }
        throw error.fault("find checkpoint '\(checkpoint)' of '\(name)'")
    }

    /// Removes a checkpoint; only its name if the bitmaps are gone or broken, or the machine is off: libvirt does not
    /// support to take bitmaps from images that no QEMU has open.
    func remove(checkpoint: String) throws -> CheckpointRemoval {
        guard let found = calls.virDomainCheckpointLookupByName(handle, checkpoint, 0) else {
            let error = libvirt.lastError()
            if error.isOne(of: VIR_ERR_NO_DOMAIN_CHECKPOINT) {
                throw Fault(.notFound, "'\(name)' has no checkpoint '\(checkpoint)'", cause: error.text)
            }
            throw error.fault("find checkpoint '\(checkpoint)' of '\(name)'")
        }
        defer { _ = calls.virDomainCheckpointFree(found) }
        if calls.virDomainCheckpointDelete(found, 0) == 0 { return .removed }
        let error = libvirt.lastError()
        // A job that runs, or a daemon that is gone, says nothing about bitmaps.
        guard
            error.isOne(
                of: VIR_ERR_CHECKPOINT_INCONSISTENT, VIR_ERR_OPERATION_INVALID, VIR_ERR_INTERNAL_ERROR,
                VIR_ERR_OPERATION_FAILED, VIR_ERR_INVALID_DOMAIN_CHECKPOINT, VIR_ERR_OPERATION_UNSUPPORTED),
            try backupXML() == nil,
            calls.virDomainCheckpointDelete(found, VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY.rawValue) == 0
        else { throw error.fault("remove checkpoint '\(checkpoint)' of '\(name)'") }
        return .forgotten
    }

    /// Makes libvirt know a checkpoint again whose bitmaps the disks still have. - Returns: false if they have not.
    func redefine(checkpoint xml: String) throws -> Bool {
        let flags =
            VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE.rawValue
            | VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE.rawValue
        if let made = calls.virDomainCheckpointCreateXML(handle, xml, flags) {
            _ = calls.virDomainCheckpointFree(made)
            return true
        }
        let error = libvirt.lastError()
        if error.isOne(of: VIR_ERR_CHECKPOINT_INCONSISTENT, VIR_ERR_OPERATION_INVALID, VIR_ERR_INVALID_ARG) {
            return false
        }
        throw error.fault("look for a lost bitmap of '\(name)'")
    }
}
