import Backups
import CommandKit
import DebVisorCore
import Hypervisor
import Metrics
import Platform

/// What one look at the host and its machines found, before it is recorded.
struct CollectRound: Sendable {
    /// The host, the hypervisor, a machine or a pool.
    struct Source: Sendable {
        /// `vm web1`
        var name: String
        var values: [CollectedValue]
    }

    /// Of all values: when the machines had answered.
    var time: Timestamp
    var sources: [Source] = []
    /// Nil if they were not asked for, or could not be had.
    var machines: [MachineMeasures.SeenMachine]?
    /// Nil as well.
    var pools: [StoragePool]?
    /// Nil as well.
    var host: HostFigures?
    var failures: [ItemFailure] = []
    /// Why nothing could be had of the hypervisor.
    var unreachable: (any Error)?

    var values: [CollectedValue] { sources.flatMap(\.values) }

    /// A thing that has an impossible name fails alone.
    private mutating func add(_ name: String, _ values: () throws -> [CollectedValue]) {
        do { sources.append(Source(name: name, values: try values())) } catch {
            failures.append(ItemFailure(name, error))
        }
    }
}

extension CollectRound {
    /// Looks at the hypervisor and then, so that one time fits both, at the host. What cannot be had is a failure in the
    /// round; the rest is there.
    /// - Parameters:
    ///   - hypervisor: nil: only the host.
    ///   - seconds: how long the host's disks may take.
    static func gather(
        _ hypervisor: (any Hypervisor)?, readsHost: Bool, _ context: AppContext, patience seconds: Int
    ) async -> CollectRound {
        var machines: Result<[MachineStatistics], any Error> = .success([])
        if let hypervisor {
            do { machines = .success(try await hypervisor.statistics([])) } catch { machines = .failure(error) }
        }
        var round = CollectRound(time: context.clock.now())
        if readsHost { await round.addHost(context, seconds) }
        if let hypervisor { await round.add(machines, of: hypervisor) }
        return round
    }

    private mutating func addHost(_ context: AppContext, _ seconds: Int) async {
        let name = "host \(context.host.name)"
        do {
            let silence = Fault(
                .timeout, "the host's file systems did not answer within \(seconds) s",
                hint: "a disk hangs; see 'journalctl -k'")
            let read = context.readHost
            let host = try await Worker.run(within: .seconds(seconds), otherwise: { silence }) { read() }
            guard !host.isEmpty else {
                throw Fault(.unavailable, "the kernel tells nothing of this host", hint: "is /proc mounted?")
            }
            self.host = host
            add(name) { try HostMeasures.values(of: host) }
        } catch { failures.append(ItemFailure(name, error)) }
    }

    private mutating func add(
        _ found: Result<[MachineStatistics], any Error>, of hypervisor: any Hypervisor
    ) async {
        let name = "hypervisor \(hypervisor.uri)"
        do {
            let machines = try found.get()
            add(name) {
                try HypervisorMeasures.presence.values(of: .init(uri: hypervisor.uri, answered: true))
                    + HypervisorMeasures.count.values(of: machines.count)
            }
            self.machines = machines.map { MachineMeasures.SeenMachine(statistics: $0, time: time) }
            for machine in self.machines ?? [] { add(machine) }
        } catch {
            unreachable = error
            failures.append(ItemFailure(name, error))
            add(name) { try HypervisorMeasures.presence.values(of: .init(uri: hypervisor.uri, answered: false)) }
            return
        }
        do {
            let pools = try await hypervisor.pools()
            self.pools = pools
            for pool in pools { add("pool \(pool.name)") { try HypervisorMeasures.pools.values(of: pool) } }
        } catch { failures.append(ItemFailure("storage pools", error)) }
    }

    private mutating func add(_ machine: MachineMeasures.SeenMachine) {
        let name = "vm \(machine.statistics.name)"
        add(name) { try MachineMeasures.values(of: machine) }
        if machine.statistics.stale {
            failures.append(
                ItemFailure(
                    name,
                    Fault(
                        .timeout, "it did not answer, and figures of its disks are missing",
                        hint: "another job holds it, or its QEMU hangs: virsh domjobinfo \(machine.statistics.name)")))
        }
    }
}

extension CollectRound {
    /// For the store: with the counters of processors as they may be, and knowing which series can have ended.
    func metricRound(steadying former: [SeriesKey: Sample]) -> MetricRound {
        let names = Set(CollectedMetrics.all.compactMap { try? MetricName($0.name) })
        let ofMachines = Set(MachineMeasures.promises.map(\.name))
        let ofPools = Set(HypervisorMeasures.pools.promises.map(\.name))
        let ofHost = Set(HostMeasures.promises.map(\.name))
        let silent = Set((machines ?? []).filter(\.statistics.stale).map(\.statistics.name.text))
        let (sawMachines, sawPools, sawHost) = (machines != nil, pools != nil, host != nil)
        return MetricRound(at: time, values: steadied(former), names: names) { key in
            let name = key.name.text
            if ofMachines.contains(name) { return sawMachines && !silent.contains(key.tags["domain"] ?? "") }
            if ofPools.contains(name) { return sawPools }
            if ofHost.contains(name) { return sawHost }
            return sawMachines
        }
    }

    /// The kernel's times of idle processors go back a little now and then, which would look as if they had begun at zero
    /// (node_exporter holds them for as long as three seconds a processor, too).
    private func steadied(_ former: [SeriesKey: Sample]) -> [CollectedValue] {
        let slack = 3 * Double(max(1, host?.processors?.count ?? 1))
        return values.map { value in
            guard Self.isProcessorTime(value.series.key), let old = former[value.series.key]?.value,
                value.value < old, old - value.value < slack
            else { return value }
            return (value.series, old)
        }
    }

    static func isProcessorTime(_ key: SeriesKey) -> Bool { key.name.text.hasPrefix("node_cpu_") }
}
