package import CommandKit
import DebVisorCore
package import Hypervisor

extension MachineStatistics: Record {
    package static var fields: [Field<MachineStatistics>] {
        [
            .string("name", "Name of the machine") { $0.name.text },
            .choice("state", "What it does now") { $0.state },
            .int("vcpus", "Virtual processors in use", column: .none) { $0.vcpus },
            .seconds("cpu_time_seconds", "Processor time since its start", column: "CPU TIME") {
                $0.cpuTimeNanoseconds.map(seconds)
            },
            .seconds("cpu_user_seconds", "Of that, in user mode of the host", column: .none) {
                $0.cpuUserNanoseconds.map(seconds)
            },
            .seconds("cpu_system_seconds", "Of that, in the host's kernel", column: .none) {
                $0.cpuSystemNanoseconds.map(seconds)
            },
            .bytes("memory_bytes", "Memory it has now") { $0.memory?.bytes },
            .bytes("resident_memory_bytes", "Of the host's memory", column: .none) { $0.residentMemory?.bytes },
            .bytes("available_memory_bytes", "What the guest calls available", column: .none) {
                $0.availableMemory?.bytes
            },
            .bytes("block_read_bytes", "Read from all its disks", column: "READ") { sum($0.blocks.map(\.readBytes)) },
            .bytes("block_write_bytes", "Written to all its disks", column: "WRITTEN") {
                sum($0.blocks.map(\.writeBytes))
            },
            .bytes("network_received_bytes", "Received by all its interfaces", column: "RECEIVED") {
                sum($0.interfaces.map(\.receivedBytes))
            },
            .bytes("network_sent_bytes", "Sent by all its interfaces", column: "SENT") {
                sum($0.interfaces.map(\.sentBytes))
            },
            .bool("stale", "Whether it did not answer in time, so that figures are missing") { $0.stale },
            .records("blocks", "Counters of each disk") { $0.blocks },
            .records("interfaces", "Counters of each interface") { $0.interfaces },
        ]
    }

    private static func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1e9 }

    /// nil if nothing is known.
    private static func sum(_ values: [UInt64?]) -> UInt64? {
        let known = values.compactMap(\.self)
        return known.isEmpty ? nil : known.reduce(0, &+)
    }
}

extension BlockStatistics: Record {
    package static var fields: [Field<BlockStatistics>] {
        [
            .string("target", "The guest's name of the disk") { $0.target },
            .bytes("read_bytes", "Bytes read") { $0.readBytes },
            .int("read_requests", "Requests that read", column: "READS") { $0.readRequests },
            .bytes("write_bytes", "Bytes written") { $0.writeBytes },
            .int("write_requests", "Requests that wrote", column: "WRITES") { $0.writeRequests },
            .int("flush_requests", "Requests to make data durable", column: "FLUSHES") { $0.flushRequests },
            .bytes("capacity_bytes", "What the guest can store") { $0.capacity?.bytes },
            .bytes("allocation_bytes", "Bytes in use on the host") { $0.allocation?.bytes },
            .bytes("physical_bytes", "Size of the container on the host") { $0.physical?.bytes },
            .string("path", "The image or device", column: .none) { $0.path },
        ]
    }
}

extension InterfaceStatistics: Record {
    package static var fields: [Field<InterfaceStatistics>] {
        [
            .string("name", "The host's device") { $0.name },
            .bytes("received_bytes", "Bytes the guest received") { $0.receivedBytes },
            .int("received_packets", "Packets the guest received") { $0.receivedPackets },
            .bytes("sent_bytes", "Bytes the guest sent") { $0.sentBytes },
            .int("sent_packets", "Packets the guest sent") { $0.sentPackets },
        ]
    }
}
