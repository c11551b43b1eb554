package import DebVisorCore

/// Counters of one machine at one moment; nil where the driver does not tell. Counters begin at zero when it starts.
package struct MachineStatistics: Sendable {
    package var name: VMName
    /// Nil where the driver does not tell.
    package var uuid: String?
    /// The hypervisor's number of a running machine: another number says that it was started anew.
    package var id: Int?
    package var state: MachineState
    /// Why it is in this state, as libvirt counts reasons of that state (virDomain*Reason).
    package var stateReason: Int?
    package var cpuTimeNanoseconds: UInt64?
    package var cpuUserNanoseconds: UInt64?
    package var cpuSystemNanoseconds: UInt64?
    package var vcpus: Int?
    package var maximumVCPUs: Int?
    /// One entry a virtual processor that is online.
    package var processors: [ProcessorStatistics]
    package var memory: ByteCount?
    package var maximumMemory: ByteCount?
    package var residentMemory: ByteCount?
    package var availableMemory: ByteCount?
    /// What the guest tells of its memory through its balloon.
    package var guestMemory: GuestMemory
    package var blocks: [BlockStatistics]
    package var interfaces: [InterfaceStatistics]
    /// True if the machine did not answer in time and only part of the figures is there.
    package var stale: Bool

    package init(name: VMName, state: MachineState) {
        self.name = name
        self.state = state
        processors = []
        guestMemory = GuestMemory()
        blocks = []
        interfaces = []
        stale = false
    }
}

/// Times of one virtual processor.
package struct ProcessorStatistics: Sendable {
    package var number: Int
    /// In which it ran.
    package var timeNanoseconds: UInt64?
    /// In which it waited to run, as the scheduler's statistics have it; 0 where the kernel keeps none.
    package var waitNanoseconds: UInt64?
    /// In which it could run but the host ran something else; its guest sees that as stolen.
    package var delayNanoseconds: UInt64?

    package init(number: Int) { self.number = number }
}

/// What a guest says of its memory. Its hypervisor asks it now and then, or never (the balloon's statistics period).
package struct GuestMemory: Sendable {
    /// When the guest last said so; nil if it never did.
    package var updatedAt: Timestamp?
    /// All that the guest has.
    package var total: ByteCount?
    /// What is used for nothing at all.
    package var unused: ByteCount?
    /// What programs could get without swapping: `MemAvailable`.
    package var usable: ByteCount?
    package var diskCaches: ByteCount?
    package var swappedIn: ByteCount?
    package var swappedOut: ByteCount?
    package var majorFaults: UInt64?
    package var minorFaults: UInt64?

    package init() {}
}

package struct BlockStatistics: Sendable {
    package var target: String
    package var path: String?
    package var readBytes: UInt64?
    package var readRequests: UInt64?
    package var readNanoseconds: UInt64?
    package var writeBytes: UInt64?
    package var writeRequests: UInt64?
    package var writeNanoseconds: UInt64?
    package var flushRequests: UInt64?
    package var flushNanoseconds: UInt64?
    package var capacity: ByteCount?
    package var allocation: ByteCount?
    package var physical: ByteCount?

    package init(target: String) { self.target = target }
}

package struct InterfaceStatistics: Sendable {
    package var name: String
    package var receivedBytes: UInt64?
    package var receivedPackets: UInt64?
    package var receiveErrors: UInt64?
    package var receiveDrops: UInt64?
    package var sentBytes: UInt64?
    package var sentPackets: UInt64?
    package var sendErrors: UInt64?
    package var sendDrops: UInt64?

    package init(name: String) { self.name = name }
}
