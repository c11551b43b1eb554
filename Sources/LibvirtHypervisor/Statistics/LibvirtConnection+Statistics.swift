import CDynamicTables
import DebVisorCore
import Glibc

extension LibvirtConnection {
    private static let groups =
        VIR_DOMAIN_STATS_STATE.rawValue | VIR_DOMAIN_STATS_CPU_TOTAL.rawValue | VIR_DOMAIN_STATS_BALLOON.rawValue
        | VIR_DOMAIN_STATS_VCPU.rawValue | VIR_DOMAIN_STATS_INTERFACE.rawValue | VIR_DOMAIN_STATS_BLOCK.rawValue

    /// The counters of every machine in one call, each with the machine, never waiting for a busy one.
    func allStatistics() throws -> [(LibvirtDomain, StatisticsRecord)] {
        try records { list, flags in
            libvirt.table.pointee.virConnectGetAllDomainStats(handle, Self.groups, list, flags)
        }
    }

    func statistics(of domains: [LibvirtDomain]) throws -> [(LibvirtDomain, StatisticsRecord)] {
        guard !domains.isEmpty else { return [] }
        // libvirt wants a list that ends with NULL.
        var handles = domains.map { Optional($0.handle) } + [nil]
        return try records { list, flags in
            libvirt.table.pointee.virDomainListGetStats(&handles, Self.groups, list, flags)
        }
    }

    private typealias List = UnsafeMutablePointer<UnsafeMutablePointer<virDomainStatsRecordPtr?>?>

    private func records(_ ask: (List, UInt32) -> Int32) throws -> [(LibvirtDomain, StatisticsRecord)] {
        var list: UnsafeMutablePointer<virDomainStatsRecordPtr?>?
        var count = ask(&list, VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT.rawValue)
        if count < 0, libvirt.lastError().isOne(of: VIR_ERR_INVALID_ARG, VIR_ERR_ARGUMENT_UNSUPPORTED) {
            // A driver that never waits does not know the flag.
            count = ask(&list, 0)
        }
        try libvirt.check(count, "read the counters of virtual machines")
        defer { libvirt.table.pointee.virDomainStatsRecordListFree(list) }
        var records: [(LibvirtDomain, StatisticsRecord)] = []
        for index in 0..<Int(count) {
            guard let record = list?[index]?.pointee, let handle = record.dom else { continue }
            // The list owns one reference; this one outlives it.
            _ = libvirt.table.pointee.virDomainRef(handle)
            let domain = LibvirtDomain(handle, libvirt)
            records.append((domain, StatisticsRecord(name: domain.name, record.params, count: Int(record.nparams))))
        }
        return records
    }
}
