import CDynamicTables
package import DebVisorCore
package import Hypervisor
import Platform

extension LibvirtHypervisor {
    package func machines() async throws -> [Machine] {
        try await readCounters { connection in
            // Three questions about all of them, then one each: for what only the definition tells.
            let records = try connection.allStatistics()
            let persistent = try connection.names(VIR_CONNECT_LIST_DOMAINS_PERSISTENT)
            let autostart = try connection.names(VIR_CONNECT_LIST_DOMAINS_AUTOSTART)
            return try records.compactMap { domain, record in
                try Self.machine(
                    domain, record, persistent: persistent.contains(record.name),
                    autostart: autostart.contains(record.name))
            }.sorted { $0.name < $1.name }
        }
    }

    package func machine(_ name: VMName) async throws -> Machine {
        try await readCounters { connection in
            let domain = try connection.domain(name)
            let libvirt = connection.libvirt
            var autostart: Int32 = 0
            _ = libvirt.table.pointee.virDomainGetAutostart(domain.handle, &autostart)
            let persistent = libvirt.table.pointee.virDomainIsPersistent(domain.handle) == 1
            guard let (_, record) = try connection.statistics(of: [domain]).first,
                let machine = try Self.machine(domain, record, persistent: persistent, autostart: autostart == 1)
            else { throw Fault(.notFound, "virtual machine '\(name)' has just disappeared") }
            return machine
        }
    }

    /// Nil if the machine went away meanwhile.
    private static func machine(
        _ domain: LibvirtDomain, _ record: StatisticsRecord, persistent: Bool, autostart: Bool
    ) throws -> Machine? {
        guard let xml = domain.libvirt.table.pointee.virDomainGetXMLDesc(domain.handle, 0) else {
            let error = domain.libvirt.lastError()
            if error.isOne(of: VIR_ERR_NO_DOMAIN) { return nil }
            throw error.fault("read the definition of '\(record.name)'")
        }
        let root = try XMLParser.parse(domain.libvirt.string(xml, "")).root
        var disks = root.machineDisks
        let blocks = Dictionary(record.blocks.map { ($0.target, $0) }) { first, _ in first }
        for index in disks.indices {
            if let block = blocks[disks[index].target], block.capacity != nil {
                disks[index].capacity = block.capacity
                disks[index].allocation = block.allocation
                disks[index].physical = block.physical
            } else if blocks.isEmpty {
                // Not for a machine that is busy: this would wait for it.
                domain.measure(&disks[index])
            }
        }
        let maximum = root.amount("memory") ?? ByteCount(0)
        return Machine(
            name: try VMName(record.name), uuid: domain.uuid, id: domain.id, state: record.state,
            persistent: persistent, autostart: autostart, vcpus: root.vcpuCount,
            memory: root.amount("currentMemory") ?? maximum, maximum: maximum, disks: disks,
            interfaces: root.machineInterfaces)
    }

    package func statistics(_ names: [VMName]) async throws -> [MachineStatistics] {
        try await readCounters { connection in
            let records: [(LibvirtDomain, StatisticsRecord)]
            if names.isEmpty {
                records = try connection.allStatistics()
            } else {
                records = try connection.statistics(of: try names.map { try connection.domain($0) })
            }
            return try records.map { domain, record in
                var statistics = try record.machineStatistics()
                statistics.uuid = domain.uuid
                statistics.id = domain.id
                return statistics
            }.sorted { $0.name < $1.name }
        }
    }

    package func pathsInUse() async throws -> [String: VMName] {
        let isLocal = place.isLocal
        return try await read { connection in
            var holders: [String: VMName] = [:]
            for name in try connection.names(VIR_CONNECT_LIST_DOMAINS_ACTIVE).sorted() {
                let holder = try VMName(name)
                // A machine that ended between the two questions holds nothing.
                guard let domain = try? connection.domain(holder), let xml = try? domain.xml() else { continue }
                let root = try XMLParser.parse(xml).root
                var paths = root.diskPaths
                if let nvram = root.nvramPath { paths.append(nvram) }
                for case .volume(let pool, let volume) in root.machineDisks.map(\.source) {
                    if let path = Self.volumePath(pool: pool, volume: volume, connection) { paths.append(path) }
                }
                for path in paths {
                    holders[path] = holder
                    if isLocal, let real = Directory.resolved(path) { holders[real] = holder }
                }
            }
            return holders
        }
    }
}

extension LibvirtDomain {
    /// Sizes of one disk from drivers whose counters have none; what they do not tell stays nil.
    func measure(_ disk: inout MachineDisk) {
        var info = virDomainBlockInfo()
        guard disk.source != .none,
            libvirt.table.pointee.virDomainGetBlockInfo(handle, disk.target, &info, 0) == 0
        else { return }
        disk.capacity = ByteCount(info.capacity)
        disk.allocation = ByteCount(info.allocation)
        disk.physical = ByteCount(info.physical)
    }
}
