import DebVisorCore
import Hypervisor

extension MachineMeasures {
    private static let allTheTime = Measure<Part<ProcessorStatistics>>.Most("1") { _ in 1 }

    static let processors = MeasureGroup<Part<ProcessorStatistics>>(
        labels + ["vcpu"], { $0.labels("\($0.piece.number)") },
        [
            .counter(
                "libvirt_domain_vcpu_time_seconds_total", "seconds", "Time in which the virtual processor ran",
                most: allTheTime
            ) { $0.piece.timeNanoseconds?.inSeconds },
            .counter(
                "libvirt_domain_vcpu_wait_seconds_total", "seconds",
                "Time in which it waited to run, where the host counts that (kernel.sched_schedstats)", most: allTheTime
            ) { $0.piece.waitNanoseconds?.inSeconds },
            .counter(
                "libvirt_domain_vcpu_delay_seconds_total", "seconds",
                "Time in which it could run but the host ran something else: the guest's steal time", most: allTheTime
            ) { $0.piece.delayNanoseconds?.inSeconds },
        ])

    private static let capacity = Measure<Part<BlockStatistics>>.Most("the disk's capacity, unless it takes more") {
        guard let capacity = $0.piece.capacity else { return nil }
        // What a format needs for itself comes on top.
        return [$0.piece.allocation, $0.piece.physical].allSatisfy { $0 ?? capacity <= capacity }
            ? capacity.bytes.number : nil
    }

    static let blocks = MeasureGroup<Part<BlockStatistics>>(
        labels + ["target_device"], { $0.labels($0.piece.target) },
        [
            .counter("libvirt_domain_block_stats_read_bytes_total", "bytes", "Bytes that the guest read") {
                $0.piece.readBytes?.number
            },
            .counter("libvirt_domain_block_stats_read_requests_total", "", "Requests that read") {
                $0.piece.readRequests?.number
            },
            .counter("libvirt_domain_block_stats_read_time_seconds_total", "seconds", "What reads took, together") {
                $0.piece.readNanoseconds?.inSeconds
            },
            .counter("libvirt_domain_block_stats_write_bytes_total", "bytes", "Bytes that the guest wrote") {
                $0.piece.writeBytes?.number
            },
            .counter("libvirt_domain_block_stats_write_requests_total", "", "Requests that wrote") {
                $0.piece.writeRequests?.number
            },
            .counter("libvirt_domain_block_stats_write_time_seconds_total", "seconds", "What writes took, together") {
                $0.piece.writeNanoseconds?.inSeconds
            },
            .counter("libvirt_domain_block_stats_flush_requests_total", "", "Requests to make data durable") {
                $0.piece.flushRequests?.number
            },
            .counter("libvirt_domain_block_stats_flush_time_seconds_total", "seconds", "What those took, together") {
                $0.piece.flushNanoseconds?.inSeconds
            },
            .gauge("libvirt_domain_block_stats_capacity_bytes", "bytes", "What the guest can store") {
                $0.piece.capacity?.bytes.number
            },
            .gauge(
                "libvirt_domain_block_stats_allocation", "bytes", "How far the image was written on the host",
                most: capacity
            ) { $0.piece.allocation?.bytes.number },
            .gauge(
                "libvirt_domain_block_stats_physicalsize_bytes", "bytes", "Size of the image's file or device",
                most: capacity
            ) { $0.piece.physical?.bytes.number },
        ])

    static let interfaces = MeasureGroup<Part<InterfaceStatistics>>(
        labels + ["target_device"], { $0.labels($0.piece.name) },
        [
            .counter("libvirt_domain_interface_stats_receive_bytes_total", "bytes", "Bytes that the guest received") {
                $0.piece.receivedBytes?.number
            },
            .counter("libvirt_domain_interface_stats_receive_packets_total", "", "Packets that the guest received") {
                $0.piece.receivedPackets?.number
            },
            .counter("libvirt_domain_interface_stats_receive_errors_total", "", "Errors of packets to the guest") {
                $0.piece.receiveErrors?.number
            },
            .counter("libvirt_domain_interface_stats_receive_drops_total", "", "Packets to the guest that were dropped")
            {
                $0.piece.receiveDrops?.number
            },
            .counter("libvirt_domain_interface_stats_transmit_bytes_total", "bytes", "Bytes that the guest sent") {
                $0.piece.sentBytes?.number
            },
            .counter("libvirt_domain_interface_stats_transmit_packets_total", "", "Packets that the guest sent") {
                $0.piece.sentPackets?.number
            },
            .counter("libvirt_domain_interface_stats_transmit_errors_total", "", "Errors of packets from the guest") {
                $0.piece.sendErrors?.number
            },
            .counter(
                "libvirt_domain_interface_stats_transmit_drops_total", "", "Packets from the guest that were dropped"
            ) { $0.piece.sendDrops?.number },
        ])
}
