import CDynamicTables
import DebVisorCore
import Hypervisor

/// The typed parameters that libvirt gives for one machine, by name: `block.0.rd.bytes`.
struct StatisticsRecord {
    let name: String
    private var numbers: [String: UInt64] = [:]
    private var texts: [String: String] = [:]

    init(name: String, _ parameters: UnsafeMutablePointer<virTypedParameter>?, count: Int) {
        self.name = name
        numbers.reserveCapacity(count)
        for index in 0..<count {
            guard let parameter = parameters.map({ $0 + index }) else { break }
            // The name is the first member, an array of characters that ends with a zero.
            let field = UnsafeRawPointer(parameter).assumingMemoryBound(to: CChar.self)
            add(String(cString: field), parameter.pointee)
        }
    }

    private mutating func add(_ field: String, _ parameter: virTypedParameter) {
        switch virTypedParameterType(UInt32(bitPattern: parameter.type)) {
        case VIR_TYPED_PARAM_INT: numbers[field] = UInt64(exactly: parameter.value.i)
        case VIR_TYPED_PARAM_UINT: numbers[field] = UInt64(parameter.value.ui)
        case VIR_TYPED_PARAM_LLONG: numbers[field] = UInt64(exactly: parameter.value.l)
        case VIR_TYPED_PARAM_ULLONG: numbers[field] = parameter.value.ul
        case VIR_TYPED_PARAM_STRING: texts[field] = parameter.value.s.map { String(cString: $0) }
        default: break
        }
    }

    subscript(_ field: String) -> UInt64? { numbers[field] }
    func text(_ field: String) -> String? { texts[field] }

    /// A size that libvirt gives in KiB.
    private func kibibytes(_ field: String) -> ByteCount? {
        numbers[field].flatMap { $0 <= UInt64.max >> 10 ? ByteCount($0 << 10) : nil }
    }

    var state: MachineState {
        numbers["state.state"].flatMap { Int32(exactly: $0) }.map { MachineState(libvirt: $0) } ?? .unknown
    }

    /// One entry a disk; layers of a chain, which have the same name, are left out.
    var blocks: [BlockStatistics] {
        var blocks: [BlockStatistics] = []
        for index in 0..<Int(numbers["block.count"] ?? 0) {
            let prefix = "block.\(index)."
            guard let target = texts[prefix + "name"], !blocks.contains(where: { $0.target == target })
            else { continue }
            var block = BlockStatistics(target: target)
            block.path = texts[prefix + "path"]
            block.readBytes = self[prefix + "rd.bytes"]
            block.readRequests = self[prefix + "rd.reqs"]
            block.readNanoseconds = self[prefix + "rd.times"]
            block.writeBytes = self[prefix + "wr.bytes"]
            block.writeRequests = self[prefix + "wr.reqs"]
            block.writeNanoseconds = self[prefix + "wr.times"]
            block.flushRequests = self[prefix + "fl.reqs"]
            block.flushNanoseconds = self[prefix + "fl.times"]
            block.capacity = self[prefix + "capacity"].map { ByteCount($0) }
            block.allocation = self[prefix + "allocation"].map { ByteCount($0) }
            block.physical = self[prefix + "physical"].map { ByteCount($0) }
            blocks.append(block)
        }
        return blocks
    }

    private var interfaces: [InterfaceStatistics] {
        (0..<Int(numbers["net.count"] ?? 0)).compactMap { index in
            let prefix = "net.\(index)."
            guard let name = texts[prefix + "name"] else { return nil }
            var interface = InterfaceStatistics(name: name)
            interface.receivedBytes = self[prefix + "rx.bytes"]
            interface.receivedPackets = self[prefix + "rx.pkts"]
            interface.receiveErrors = self[prefix + "rx.errs"]
            interface.receiveDrops = self[prefix + "rx.drop"]
            interface.sentBytes = self[prefix + "tx.bytes"]
            interface.sentPackets = self[prefix + "tx.pkts"]
            interface.sendErrors = self[prefix + "tx.errs"]
            interface.sendDrops = self[prefix + "tx.drop"]
            return interface
        }
    }

    /// Numbers go up to the maximum; of those that are offline nothing is told.
    private var processors: [ProcessorStatistics] {
        (0..<Int(numbers["vcpu.maximum"] ?? 0)).compactMap { number in
            let prefix = "vcpu.\(number)."
            guard self[prefix + "time"] != nil || self[prefix + "state"] != nil else { return nil }
            var processor = ProcessorStatistics(number: number)
            // Nanoseconds all of them, whatever virsh(1) says (qemuDomainHelperGetVcpus of libvirt).
            processor.timeNanoseconds = self[prefix + "time"]
            processor.waitNanoseconds = self[prefix + "wait"]
            processor.delayNanoseconds = self[prefix + "delay"]
            return processor
        }
    }

    private var guestMemory: GuestMemory {
        var memory = GuestMemory()
        memory.updatedAt = self["balloon.last-update"].flatMap { seconds in
            // Zero is libvirt's word for never.
            (1..<253_402_300_800).contains(seconds) ? Timestamp(milliseconds: Int64(seconds) * 1000) : nil
        }
        memory.total = kibibytes("balloon.available")
        memory.unused = kibibytes("balloon.unused")
        memory.usable = kibibytes("balloon.usable")
        memory.diskCaches = kibibytes("balloon.disk_caches")
        memory.swappedIn = kibibytes("balloon.swap_in")
        memory.swappedOut = kibibytes("balloon.swap_out")
        memory.majorFaults = self["balloon.major_fault"]
        memory.minorFaults = self["balloon.minor_fault"]
        return memory
    }

    /// - Throws: `usage` for a name that libvirt should not have given.
    func machineStatistics() throws -> MachineStatistics {
        var statistics = MachineStatistics(name: try VMName(name), state: state)
        statistics.stateReason = self["state.reason"].flatMap { Int(exactly: $0) }
        statistics.cpuTimeNanoseconds = self["cpu.time"]
        statistics.cpuUserNanoseconds = self["cpu.user"]
        statistics.cpuSystemNanoseconds = self["cpu.system"]
        statistics.vcpus = self["vcpu.current"].map { Int($0) }
        statistics.maximumVCPUs = self["vcpu.maximum"].map { Int($0) }
        statistics.processors = processors
        statistics.memory = kibibytes("balloon.current")
        statistics.maximumMemory = kibibytes("balloon.maximum")
        statistics.residentMemory = kibibytes("balloon.rss")
        statistics.availableMemory = kibibytes("balloon.usable")
        statistics.guestMemory = guestMemory
        statistics.blocks = blocks
        statistics.interfaces = interfaces
        // With NOWAIT a machine that another job holds gives what the daemon knows by itself: no counters of its disks.
        let silent = !blocks.isEmpty && blocks.allSatisfy { $0.readRequests == nil && $0.writeRequests == nil }
        statistics.stale = state.isActive && silent
        return statistics
    }
}
