import Glibc

/// What the kernel tells of this host at one moment. What a kernel does not tell is missing, and no error.
package struct HostFigures: Sendable {
    package var processors: ProcessorTimes?
    package var load: LoadAverages?
    package var memory: MemoryFigures?
    package var paging: PagingCounters?
    /// By `cpu`, `io` and `memory`.
    package var pressure: [String: PressureFigures] = [:]
    /// Whole devices that ever did something.
    package var disks: [DiskCounters] = []
    /// Without the loopback and the ends of guests' and tunnels' interfaces.
    package var interfaces: [NetworkCounters] = []
    package var fileSystems: [MountedFileSystem] = []

    package init() {}

    /// Whether there is nothing at all.
    package var isEmpty: Bool {
        processors == nil && load == nil && memory == nil && disks.isEmpty && interfaces.isEmpty
    }

    /// Reads `/proc` and `/sys`. It blocks as long as a local disk does not answer.
    /// - Parameter root: what stands before these paths.
    package static func read(root: String = "") -> HostFigures {
        let proc = "\(root)/proc"
        var host = HostFigures()
        host.processors = KernelFile.text("\(proc)/stat").flatMap { ProcessorTimes($0) }
        host.load = KernelFile.text("\(proc)/loadavg").flatMap { LoadAverages($0) }
        host.memory = KernelFile.text("\(proc)/meminfo").flatMap { MemoryFigures($0) }
        host.paging = KernelFile.text("\(proc)/vmstat").map { PagingCounters($0) }
        for resource in ["cpu", "io", "memory"] {
            host.pressure[resource] = KernelFile.text("\(proc)/pressure/\(resource)").map { PressureFigures($0) }
        }
        host.disks = disks(KernelFile.text("\(proc)/diskstats") ?? "", "\(root)/sys/block")
        host.interfaces = interfaces(KernelFile.text("\(proc)/net/dev") ?? "", "\(root)/sys/class/net")
        host.fileSystems = MountedFileSystem.all(KernelFile.text("\(proc)/self/mountinfo") ?? "")
            .compactMap { $0.measured() }
        return host
    }

    private static func disks(_ text: String, _ directory: String) -> [DiskCounters] {
        let isKnown = Directory.isDirectory(directory)
        return DiskCounters.all(text).filter { disk in
            // A slash in a device's name is an exclamation mark there.
            let entry = String(disk.name.map { $0 == "/" ? "!" : $0 })
            return disk.isOfInterest && (!isKnown || Directory.exists("\(directory)/\(entry)"))
        }
    }

    private static func interfaces(_ text: String, _ directory: String) -> [NetworkCounters] {
        NetworkCounters.all(text).compactMap { interface in
            let place = "\(directory)/\(interface.name)"
            // The kernel says which devices are the ends of taps.
            guard interface.name != "lo", !Directory.exists("\(place)/tun_flags"), !Directory.exists("\(place)/macvtap")
            else { return nil }
            var interface = interface
            // Megabits a second; -1, or the same without a sign, from a link that has none.
            interface.speed = KernelFile.number("\(place)/speed").flatMap {
                (1..<4_000_000).contains($0) ? UInt64($0) * 125_000 : nil
            }
            interface.isUp = KernelFile.text("\(place)/operstate").flatMap { text in
                switch text.prefix(while: { $0 != "\n" }) {
                case "up": true
                case "down", "lowerlayerdown", "notpresent": false
                default: nil
                }
            }
            return interface
        }
    }
}
