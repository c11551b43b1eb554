import CDynamicTables
package import DebVisorCore
package import Hypervisor
import Platform

extension LibvirtHypervisor {
    package func definition(of name: VMName) async throws -> MachineDefinition {
        let directories = directories
        return try await read { connection in
            let domain = try connection.domain(name)
            let xml = try domain.xml(VIR_DOMAIN_XML_SECURE, VIR_DOMAIN_XML_INACTIVE)
            let root = try XMLParser.parse(xml).root
            let uuid = domain.uuid
            return MachineDefinition(
                name: name, uuid: uuid, xml: xml, state: try domain.state(), disks: root.machineDisks,
                nvramPath: root.nvramPath, tpmStatePath: root.tpmStatePath(uuid: uuid, below: directories.tpm))
        }
    }

    package func rewrite(_ definitionXML: String, _ changes: MachineChanges) throws -> String {
        try DefinitionRewriter.rewrite(definitionXML, changes)
    }

    package func disks(inDefinition xml: String) throws -> [MachineDisk] {
        try XMLParser.parse(xml).root.machineDisks
    }

    package func define(xml: String) async throws {
        try await call { connection in
            let libvirt = connection.libvirt
            guard let domain = libvirt.table.pointee.virDomainDefineXMLFlags(connection.handle, xml, 0) else {
                throw libvirt.lastError().fault("define the virtual machine")
            }
            _ = LibvirtDomain(domain, libvirt)
        }
    }

    package func start(_ name: VMName) async throws {
        try await call { connection in
            let domain = try connection.domain(name)
            guard domain.id == nil else { throw Fault(.conflict, "'\(name)' is already running") }
            try connection.libvirt.check(
                connection.libvirt.table.pointee.virDomainCreate(domain.handle), "start '\(name)'")
        }
    }
}
