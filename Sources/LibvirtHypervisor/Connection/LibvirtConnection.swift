import CDynamicTables
import DebVisorCore
import Glibc
import Platform

/// An open connection; closed with its last owner.
final class LibvirtConnection: @unchecked Sendable {
    // Unchecked: a virConnectPtr may be used by any number of threads (libvirt, "API concepts").
    let handle: OpaquePointer
    let libvirt: Libvirt

    /// Blocks until the daemon answers, for ever if it hangs: only on a thread of our own.
    init(_ uri: String) throws {
        libvirt = try Libvirt.load()
        try libvirt.check(libvirt.table.pointee.virInitialize(), "initialise libvirt")
        guard let handle = libvirt.table.pointee.virConnectOpen(uri) else {
            throw libvirt.lastError().connectionFault(uri)
        }
        self.handle = handle
    }

    deinit {
        // Closing asks the daemon, and one that hangs would hold whoever lets go of us last.
        let gone = Unowned(handle: handle, libvirt: libvirt)
        try? Thread { _ = gone.libvirt.table.pointee.virConnectClose(gone.handle) }.detach()
    }

    private struct Unowned: @unchecked Sendable {
        // Unchecked: handed to exactly one thread.
        let handle: OpaquePointer
        let libvirt: Libvirt
    }

    /// False if the daemon has closed its end, as far as we know without asking it.
    var isAlive: Bool { libvirt.table.pointee.virConnectIsAlive(handle) == 1 }

    /// - Throws: `notFound`.
    func domain(_ name: VMName) throws -> LibvirtDomain {
        guard let domain = libvirt.table.pointee.virDomainLookupByName(handle, name.text) else {
            let error = libvirt.lastError()
            if error.isOne(of: VIR_ERR_NO_DOMAIN) {
                throw Fault(
                    .notFound, "there is no virtual machine '\(name)'", hint: "'debvisor vm list' shows all",
                    cause: error.text)
            }
            throw error.fault("find virtual machine '\(name)'")
        }
        return LibvirtDomain(domain, libvirt)
    }

    /// The names of the machines that a filter of `virConnectListAllDomains` selects.
    func names(_ filter: virConnectListAllDomainsFlags) throws -> Set<String> {
        var list: UnsafeMutablePointer<OpaquePointer?>?
        let count = try libvirt.check(
            libvirt.table.pointee.virConnectListAllDomains(handle, &list, filter.rawValue), "list virtual machines")
        defer { free(list) }
        var names: Set<String> = []
        for index in 0..<Int(count) {
            guard let domain = list?[index] else { continue }
            names.insert(LibvirtDomain(domain, libvirt).name)
        }
        return names
    }
}
