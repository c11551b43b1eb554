import DebVisorCore
import Hypervisor
import Metrics

/// What is recorded of machines: with the names and labels of the libvirt exporters for Prometheus, and the UUID beside the
/// name. Of a machine that is off only its state is: its memory and disks may be those of the same machine elsewhere.
enum MachineMeasures {
    static var promises: [MetricPromise] {
        machine.promises + processors.promises + blocks.promises + interfaces.promises
    }

    static func values(of seen: SeenMachine) throws -> [CollectedValue] {
        var values = try machine.values(of: seen)
        guard let running = seen.running else { return values }
        values += try running.processors.flatMap { try processors.values(of: Part(running, $0)) }
        values += try running.blocks.flatMap { try blocks.values(of: Part(running, $0)) }
        // An interface without a device on the host, as one that is passed through, has no name to tell it from others.
        return try values
            + running.interfaces.filter { !$0.name.isEmpty }.flatMap { try interfaces.values(of: Part(running, $0)) }
    }

    /// A machine at the time of a round.
    struct SeenMachine: Sendable {
        var statistics: MachineStatistics
        var time: Timestamp

        /// Nil if it is off.
        var running: MachineStatistics? { statistics.state.isActive ? statistics : nil }

        /// What the guest says of its memory; nil if it has said nothing for ten minutes: its balloon has no period, or the
        /// guest hangs, and what it said before would stand there for ever.
        var guestMemory: GuestMemory? {
            guard let memory = running?.guestMemory, let updated = memory.updatedAt,
                abs(updated.milliseconds - time.milliseconds) <= 600_000
            else { return nil }
            return memory
        }
    }

    /// A processor, disk or interface of a machine.
    struct Part<Piece: Sendable>: Sendable {
        var machine: MachineStatistics
        var piece: Piece

        init(_ machine: MachineStatistics, _ piece: Piece) { (self.machine, self.piece) = (machine, piece) }

        func labels(_ name: String) -> [String] { [machine.name.text, machine.uuid ?? "", name] }
    }

    /// The labels of every series of a machine.
    static let labels = ["domain", "uuid"]

    static let machine = MeasureGroup<SeenMachine>(
        labels, { [$0.statistics.name.text, $0.statistics.uuid ?? ""] }, state + processing + memory)

    private static let state: [Measure<SeenMachine>] = [
        .gauge(
            vstate, "",
            "State: 0 none, 1 running, 2 blocked, 3 paused, 4 shutting down, 5 shut off, 6 crashed, 7 suspended",
            most: .init("7") { _ in 7 }
        ) { $0.statistics.state.code },
        .gauge("libvirt_domain_info_vstate_reason", "", "Why it is in that state (libvirt's virDomain*Reason)") {
            $0.statistics.stateReason?.number
        },
        .gauge(runID, "", "The hypervisor's number of a running machine; another number is another start") {
            $0.running?.id?.number
        },
        .gauge(
            "libvirt_domain_timed_out", "", "1 if the machine did not answer, so that figures are missing",
            most: .init("1") { _ in 1 }
        ) { $0.running.map { $0.stale ? 1 : 0 } },
    ]

    static let vstate = "libvirt_domain_info_vstate"
    static let runID = "libvirt_domain_info_id"
    static let cpuTime = "libvirt_domain_info_cpu_time_seconds_total"
    static let lastUpdate = "libvirt_domain_memory_stats_last_update_timestamp_seconds"

    /// Threads of the emulator itself count too.
    private static let allProcessors = Measure<SeenMachine>.Most("the virtual processors online and one more") {
        $0.running?.vcpus.map { $0.number + 1 }
    }

    private static let processing: [Measure<SeenMachine>] = [
        .gauge(
            "libvirt_domain_info_virtual_cpus", "", "Virtual processors online",
            most: .init("the most it may have") { $0.running?.maximumVCPUs?.number }
        ) { $0.running?.vcpus?.number },
        .counter(cpuTime, "seconds", "Time of the host's processors that the machine used", most: allProcessors) {
            $0.running?.cpuTimeNanoseconds?.inSeconds
        },
        .counter(
            "libvirt_domain_info_cpu_user_seconds_total", "seconds", "Of that, in user mode of the host"
        ) { $0.running?.cpuUserNanoseconds?.inSeconds },
        .counter(
            "libvirt_domain_info_cpu_system_seconds_total", "seconds", "Of that, in the host's kernel"
        ) { $0.running?.cpuSystemNanoseconds?.inSeconds },
    ]

    private static let ofItsMemory = Measure<SeenMachine>.Most("the machine's maximum memory") {
        $0.running?.maximumMemory?.bytes.number
    }

    private static let memory: [Measure<SeenMachine>] = [
        .gauge("libvirt_domain_info_maximum_memory_bytes", "bytes", "Memory that the machine may have") {
            $0.running?.maximumMemory?.bytes.number
        },
        .gauge(
            "libvirt_domain_info_memory_usage_bytes", "bytes", "Memory that it has now", most: ofItsMemory
        ) { $0.running?.memory?.bytes.number },
        .gauge("libvirt_domain_memory_stats_rss_bytes", "bytes", "The host's memory that its process holds") {
            $0.running?.residentMemory?.bytes.number
        },
        .gauge(
            "libvirt_domain_memory_stats_available_bytes", "bytes", "Memory that the guest sees", most: ofItsMemory
        ) { $0.guestMemory?.total?.bytes.number },
        .gauge(
            "libvirt_domain_memory_stats_unused_bytes", "bytes", "Memory that the guest uses for nothing",
            most: ofItsMemory
        ) { $0.guestMemory?.unused?.bytes.number },
        .gauge(
            "libvirt_domain_memory_stats_usable_bytes", "bytes", "Memory that the guest's programs can get",
            most: ofItsMemory
        ) { $0.guestMemory?.usable?.bytes.number },
        .gauge(
            "libvirt_domain_memory_stats_disk_cache_bytes", "bytes", "The guest's memory that caches files",
            most: ofItsMemory
        ) { $0.guestMemory?.diskCaches?.bytes.number },
        .gauge(
            "libvirt_domain_memory_stats_used_percent", "percent",
            "The guest's memory that programs cannot get, of what it sees", most: .init("100") { _ in 100 }
        ) { $0.guestMemory?.usedPercent },
        .counter("libvirt_domain_memory_stats_swap_in_bytes", "bytes", "What the guest read from its swap") {
            $0.guestMemory?.swappedIn?.bytes.number
        },
        .counter("libvirt_domain_memory_stats_swap_out_bytes", "bytes", "What the guest wrote to its swap") {
            $0.guestMemory?.swappedOut?.bytes.number
        },
        .counter("libvirt_domain_memory_stats_major_fault_total", "", "The guest's page faults that needed a disk") {
            $0.guestMemory?.majorFaults?.number
        },
        .counter("libvirt_domain_memory_stats_minor_fault_total", "", "The guest's other page faults") {
            $0.guestMemory?.minorFaults?.number
        },
        .gauge(lastUpdate, "seconds", "When the guest last told of its memory, since 1970") {
            $0.guestMemory?.updatedAt.map { Double($0.milliseconds) / 1000 }
        },
    ]
}

extension GuestMemory {
    /// As the exporters have it; nil if the guest does not tell both.
    var usedPercent: Double? {
        guard let total = total?.bytes, let usable = usable?.bytes, total > 0, usable <= total else { return nil }
        return Double(total - usable) / Double(total) * 100
    }
}

extension MachineState {
    /// As libvirt counts them (virDomainState).
    var code: Double {
        switch self {
        case .unknown: 0
        case .running: 1
        case .blocked: 2
        case .paused: 3
        case .shuttingDown: 4
        case .shutOff: 5
        case .crashed: 6
        case .suspended: 7
        }
    }
}
