import DebVisorCore
import Foundation
import Hypervisor
import Metrics
import Platform
import Testing

@testable import DebVisorCommands

/// What `metric collect` promises: names, types, units, labels; and that it keeps it.
@Suite struct CollectedMetricTests {
    /// A line that changes or disappears here breaks dashboards and rules: it needs a "Breaking" line in CHANGELOG.md.
    @Test func theListIsLocked() throws {
        let lines = CollectedMetrics.all.map {
            "\($0.name) \($0.type) \($0.unit.isEmpty ? "-" : $0.unit) \($0.labels.joined(separator: ","))\n"
        }
        try expectGoldenRecord(lines.sorted().joined(), "collected-metrics.txt")
    }

    /// The tables of docs/metrics.md are written from the declarations; the text around them is not.
    @Test func theDocumentListsAll() throws {
        let path = "docs/metrics.md"
        var text = try String(contentsOf: projectDirectory.appendingPathComponent(path), encoding: .utf8)
        let lists = [
            ("machines", MachineMeasures.promises), ("hypervisor", HypervisorMeasures.promises),
            ("host", HostMeasures.promises),
        ]
        for (name, promises) in lists {
            let (begin, end) = ("<!-- \(name): written by a test -->\n", "<!-- end of \(name) -->")
            let start = try #require(text.range(of: begin)?.upperBound)
            let stop = try #require(text.range(of: end, range: start..<text.endIndex)?.lowerBound)
            text = text.replacingCharacters(in: start..<stop, with: Self.table(promises))
        }
        try expectGolden(text, path)
    }

    private static func table(_ promises: [MetricPromise]) -> String {
        let rows = promises.map { promise in
            let labels = promise.labels.map { "`\($0)`" }.joined(separator: ", ")
            let cells = ["`\(promise.name)`", promise.type.rawValue, promise.unit, labels, promise.most, promise.help]
            return "| " + cells.joined(separator: " | ") + " |\n"
        }
        return "\n| name | type | unit | labels | at most | what |\n|---|---|---|---|---|---|\n" + rows.joined() + "\n"
    }

    @Test func promisesAreSound() throws {
        let all = CollectedMetrics.all
        #expect(Set(all.map(\.name)).count == all.count)
        for promise in all {
            _ = try MetricName(promise.name)
            _ = try TagSet(promise.labels.map { (name: $0, value: "x") })
            #expect(
                promise.help.first.map { $0.isUppercase || $0.isNumber } == true && promise.help.last != ".",
                "\(promise.name)")
            if promise.name.hasSuffix("_total") { #expect(promise.type == .counter, "\(promise.name)") }
            for unit in ["bytes", "seconds"] where promise.name.contains("_\(unit)") {
                #expect(promise.unit == unit, "\(promise.name)")
            }
        }
    }

    /// A host and a machine of which everything is known: each promise is kept once or more, and nothing else is recorded.
    @Test func everyPromiseIsKept() throws {
        let values = try Rich.values()
        let promised = Dictionary(uniqueKeysWithValues: CollectedMetrics.all.map { ($0.name, $0) })
        #expect(Set(values.map(\.series.key.name.text)) == Set(promised.keys))
        #expect(Set(values.map(\.series.key)).count == values.count)
        for (request, value) in values {
            let promise = try #require(promised[request.key.name.text])
            #expect(request.type == promise.type)
            #expect(request.unit == promise.unit)
            #expect(Set(request.key.tags.tags.map(\.name)) == Set(promise.labels), "\(request.key)")
            #expect((request.limits != nil) == !promise.most.isEmpty, "\(request.key)")
            #expect(value.isFinite && value >= 0, "\(request.key)")
            if promise.type == .gauge, let most = request.limits?.most { #expect(value <= most, "\(request.key)") }
        }
    }

    @Test func valuesAreTheOnesThatWereRead() throws {
        let values = try Rich.values()
        func value(_ name: String, _ tags: String = "") -> Double? {
            values.first {
                $0.series.key.name.text == name && (tags.isEmpty || $0.series.key.tags.description.contains(tags))
            }?.value
        }
        #expect(value("libvirt_domain_info_vstate") == 1)
        #expect(value("libvirt_domain_info_cpu_time_seconds_total") == 12.5)
        #expect(value("libvirt_domain_vcpu_delay_seconds_total", #"vcpu="1""#) == 0.25)
        #expect(value("libvirt_domain_memory_stats_used_percent") == 75)
        #expect(value("libvirt_domain_block_stats_write_time_seconds_total") == 1.5)
        #expect(value("libvirt_storage_pool_available_bytes") == 600)
        #expect(value("node_cpu_seconds_total", #"mode="idle""#) == 4)
        #expect(value("node_memory_MemAvailable_bytes") == 2048)
        #expect(values.first { $0.series.key.name.text == "node_cpu_seconds_total" }?.series.limits?.most == 2)
    }

    @Test func ofAMachineThatIsOffOnlyTheStateIsRecorded() throws {
        for state in [MachineState.shutOff, .crashed] {
            var machine = try Rich.machine()
            machine.state = state
            let seen = MachineMeasures.SeenMachine(statistics: machine, time: Rich.time)
            let names = try MachineMeasures.values(of: seen).map(\.series.key.name.text)
            #expect(names == ["libvirt_domain_info_vstate", "libvirt_domain_info_vstate_reason"])
        }
    }

    /// What a guest said of its memory long ago is not what it has now.
    @Test(arguments: [(0, true), (-599_000, true), (-601_000, false), (601_000, false)])
    func memoryThatWasToldLongAgoIsNotRecorded(offset: Int64, isFresh: Bool) throws {
        var machine = try Rich.machine()
        machine.guestMemory.updatedAt = Rich.time.adding(milliseconds: offset)
        let seen = MachineMeasures.SeenMachine(statistics: machine, time: Rich.time)
        let names = try MachineMeasures.values(of: seen).map(\.series.key.name.text)
        #expect(names.contains("libvirt_domain_memory_stats_usable_bytes") == isFresh)
        #expect(names.contains("libvirt_domain_memory_stats_rss_bytes"))
    }

    @Test func anInterfaceWithoutADeviceIsLeftOut() throws {
        var machine = try Rich.machine()
        machine.interfaces += [InterfaceStatistics(name: ""), InterfaceStatistics(name: "")]
        let seen = MachineMeasures.SeenMachine(statistics: machine, time: Rich.time)
        #expect(Set(try MachineMeasures.values(of: seen).map(\.series.key)).count == Rich.machineSeries)
    }

    /// A qcow2 may take more of its host than its guest can store.
    @Test func limitsAreNotClaimedWhereTheyDoNotHold() throws {
        var machine = try Rich.machine()
        machine.blocks[0].allocation = ByteCount(2 << 30)
        let seen = MachineMeasures.SeenMachine(statistics: machine, time: Rich.time)
        let allocation = try MachineMeasures.values(of: seen).first {
            $0.series.key.name.text == "libvirt_domain_block_stats_allocation"
        }
        #expect(allocation?.series.limits == nil)
    }
}

/// A host, a machine and a pool of which everything is known.
enum Rich {
    static let time = Timestamp(milliseconds: 1_795_575_600_000)
    static let machineSeries = 46

    static func values() throws -> [CollectedValue] {
        try HostMeasures.values(of: host())
            + MachineMeasures.values(of: .init(statistics: machine(), time: time))
            + HypervisorMeasures.presence.values(of: .init(uri: "qemu:///system", answered: true))
            + HypervisorMeasures.count.values(of: 1)
            + HypervisorMeasures.pools.values(of: pool)
    }

    static let pool = StoragePool(
        name: "default", state: .running,
        space: .init(capacity: ByteCount(1000), allocation: ByteCount(400), available: ByteCount(600)))

    static func machine() throws -> MachineStatistics {
        var machine = MachineStatistics(name: try VMName("web1"), state: .running)
        machine.uuid = "11111111-2222-3333-4444-555555555511"
        (machine.id, machine.stateReason) = (7, 1)
        (machine.cpuTimeNanoseconds, machine.cpuUserNanoseconds) = (12_500_000_000, 1_000_000_000)
        machine.cpuSystemNanoseconds = 2_000_000_000
        (machine.vcpus, machine.maximumVCPUs) = (2, 4)
        machine.processors = (0..<2).map { number in
            var processor = ProcessorStatistics(number: number)
            (processor.timeNanoseconds, processor.waitNanoseconds) = (5_000_000_000, 0)
            processor.delayNanoseconds = 250_000_000
            return processor
        }
        (machine.memory, machine.maximumMemory) = (ByteCount(1 << 30), ByteCount(2 << 30))
        machine.residentMemory = ByteCount(900 << 20)
        machine.guestMemory = guestMemory
        var block = BlockStatistics(target: "vda")
        (block.readBytes, block.readRequests, block.readNanoseconds) = (4096, 1, 1000)
        (block.writeBytes, block.writeRequests, block.writeNanoseconds) = (8192, 2, 1_500_000_000)
        (block.flushRequests, block.flushNanoseconds) = (3, 5)
        (block.capacity, block.allocation, block.physical) = (ByteCount(1 << 30), ByteCount(4096), ByteCount(8192))
        machine.blocks = [block]
        var interface = InterfaceStatistics(name: "vnet0")
        (interface.receivedBytes, interface.receivedPackets) = (1, 2)
        (interface.receiveErrors, interface.receiveDrops) = (3, 4)
        (interface.sentBytes, interface.sentPackets, interface.sendErrors, interface.sendDrops) = (5, 6, 7, 8)
        machine.interfaces = [interface]
        return machine
    }

    private static var guestMemory: GuestMemory {
        var memory = GuestMemory()
        memory.updatedAt = time.adding(milliseconds: -3000)
        (memory.total, memory.unused, memory.usable) = (ByteCount(1000), ByteCount(100), ByteCount(250))
        (memory.diskCaches, memory.swappedIn, memory.swappedOut) = (ByteCount(50), ByteCount(0), ByteCount(4096))
        (memory.majorFaults, memory.minorFaults) = (1, 2)
        return memory
    }

    static func host() -> HostFigures {
        var host = HostFigures()
        host.processors = ProcessorTimes(
            """
            cpu  100 200 300 400 500 600 700 800 10 20
            cpu0 1 1 1 1
            cpu1 1 1 1 1
            intr 5 0 0
            ctxt 6
            btime 1795000000
            processes 7
            procs_running 2
            procs_blocked 0
            """, ticks: 100)
        host.load = LoadAverages("0.5 0.25 0.125 1/2 3")
        let pages = [
            "MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached", "AnonPages", "Shmem", "Slab", "Dirty",
            "Writeback", "SwapTotal", "SwapFree",
        ]
        host.memory = MemoryFigures(
            pages.map { "\($0): \($0.hasSuffix("Total") ? 4 : 2) kB\n" }.joined()
                + "HugePages_Total: 8\nHugePages_Free: 3\n")
        host.paging = PagingCounters("pswpin 1\npswpout 2\npgmajfault 3\noom_kill 0\n")
        for resource in ["cpu", "io", "memory"] {
            host.pressure[resource] = PressureFigures("some total=1000\nfull total=500\n")
        }
        host.disks = DiskCounters.all("8 0 sda 1 0 8 2 3 0 16 4 0 5 6")
        host.interfaces = NetworkCounters.all("eth0: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0")
        host.interfaces[0].speed = 125_000_000
        host.interfaces[0].isUp = true
        host.fileSystems = MountedFileSystem.all("27 1 8:0 / / rw - ext4 /dev/sda rw")
        host.fileSystems[0].space = .init(size: 1000, free: 500, available: 400, files: 100, freeFiles: 50)
        return host
    }
}
