import Metrics
import Platform

/// What is recorded of the host: with the names, units and labels of Prometheus' node_exporter, so that what people have made
/// for that works. Two differences: processors are not told apart, and only what says something about a hypervisor is here.
enum HostMeasures {
    static var promises: [MetricPromise] {
        host.promises + times.promises + guestTimes.promises + disks.promises + interfaces.promises
            + fileSystems.promises
    }

    static func values(of figures: HostFigures) throws -> [CollectedValue] {
        var values = try host.values(of: figures)
        if let processors = figures.processors {
            values += try Processing.all(processors.seconds, processors.count).flatMap(times.values)
            values += try Processing.all(processors.guestSeconds, processors.count).flatMap(guestTimes.values)
        }
        values += try figures.disks.flatMap(disks.values)
        values += try figures.interfaces.flatMap(interfaces.values)
        return try values + figures.fileSystems.flatMap(fileSystems.values)
    }

    /// What all processors together did.
    struct Processing: Sendable {
        var mode: String
        var seconds: Double
        var processors: Int

        static func all(_ seconds: [String: Double], _ count: Int) -> [Processing] {
            seconds.sorted { $0.key < $1.key }.map { Processing(mode: $0.key, seconds: $0.value, processors: count) }
        }
    }

    private static let everyProcessor = Measure<Processing>.Most("the number of processors") { $0.processors.number }

    static let times = MeasureGroup<Processing>(
        ["mode"], { [$0.mode] },
        [
            .counter(
                "node_cpu_seconds_total", "seconds",
                "What the host's processors did, all of them together; user has the time of guests in it",
                most: everyProcessor
            ) { $0.seconds }
        ])

    static let guestTimes = MeasureGroup<Processing>(
        ["mode"], { [$0.mode] },
        [
            .counter(
                "node_cpu_guest_seconds_total", "seconds", "For how long the host's processors ran guests",
                most: everyProcessor
            ) { $0.seconds }
        ])

    static let host = MeasureGroup<HostFigures>([], { _ in [] }, activity + memory + pressure)

    private static let activity: [Measure<HostFigures>] = [
        .gauge("node_load1", "", "Processes that ran or wanted to, on average over a minute") { $0.load?.one },
        .gauge("node_load5", "", "The same over five minutes") { $0.load?.five },
        .gauge("node_load15", "", "The same over fifteen minutes") { $0.load?.fifteen },
        .gauge("node_procs_running", "", "Processes that can run") { $0.processors?.running?.number },
        .gauge("node_procs_blocked", "", "Processes that wait for a disk") { $0.processors?.blocked?.number },
        .counter("node_context_switches_total", "", "Switches from one process to another") {
            $0.processors?.contextSwitches?.number
        },
        .counter("node_forks_total", "", "Processes and threads that were made") { $0.processors?.forks?.number },
        .counter("node_intr_total", "", "Interrupts") { $0.processors?.interrupts?.number },
        .gauge("node_boot_time_seconds", "seconds", "When the host booted, since 1970") {
            $0.processors?.bootedAt?.number
        },
        .counter("node_vmstat_pswpin", "", "Pages that were read from swap") { $0.paging?["pswpin"]?.number },
        .counter("node_vmstat_pswpout", "", "Pages that were written to swap") { $0.paging?["pswpout"]?.number },
        .counter("node_vmstat_pgmajfault", "", "Page faults that needed a disk") {
            $0.paging?["pgmajfault"]?.number
        },
        .counter("node_vmstat_oom_kill", "", "Processes that the kernel ended for want of memory") {
            $0.paging?["oom_kill"]?.number
        },
    ]

    private static let memory: [Measure<HostFigures>] =
        [
            ("MemTotal", "Memory of the host"), ("MemFree", "Memory that is used for nothing"),
            ("MemAvailable", "Memory that programs can get without swapping"),
            ("Buffers", "Memory that caches devices"), ("Cached", "Memory that caches files"),
            ("AnonPages", "Memory of programs, guests too"), ("Shmem", "Shared memory and tmpfs"),
            ("Slab", "Memory of the kernel's own objects"), ("Dirty", "Memory that waits to be written"),
            ("Writeback", "Memory that is being written"),
        ].map { bytes($0, $1, "the host's memory", of: "MemTotal") }
        + [("SwapTotal", "Swap space"), ("SwapFree", "Swap space that is free")].map {
            bytes($0, $1, "the host's swap space", of: "SwapTotal")
        }
        + [("HugePages_Total", "Huge pages that are set aside"), ("HugePages_Free", "Those that nobody has")].map {
            name, help in
            .gauge(
                "node_memory_\(name)", "", help,
                most: .init("the number of huge pages") { $0.memory?["HugePages_Total"]?.number }
            ) { $0.memory?[name]?.number }
        }

    private static func bytes(
        _ name: String, _ help: String, _ words: String, of whole: String
    ) -> Measure<HostFigures> {
        .gauge(
            "node_memory_\(name)_bytes", "bytes", help, most: .init(words) { $0.memory?[whole]?.number }
        ) { $0.memory?[name]?.number }
    }

    private static let allTheTime = Measure<HostFigures>.Most("1") { _ in 1 }

    private static let pressure: [Measure<HostFigures>] = [
        .counter(
            "node_pressure_cpu_waiting_seconds_total", "seconds", "Time in which a task waited for a processor",
            most: allTheTime
        ) { $0.pressure["cpu"]?.waiting },
        .counter(
            "node_pressure_io_waiting_seconds_total", "seconds", "Time in which a task waited for a disk",
            most: allTheTime
        ) { $0.pressure["io"]?.waiting },
        .counter(
            "node_pressure_io_stalled_seconds_total", "seconds", "Time in which all tasks waited for a disk",
            most: allTheTime
        ) { $0.pressure["io"]?.stalled },
        .counter(
            "node_pressure_memory_waiting_seconds_total", "seconds", "Time in which a task waited for memory",
            most: allTheTime
        ) { $0.pressure["memory"]?.waiting },
        .counter(
            "node_pressure_memory_stalled_seconds_total", "seconds", "Time in which all tasks waited for memory",
            most: allTheTime
        ) { $0.pressure["memory"]?.stalled },
    ]
}
