import Platform

extension HostMeasures {
    static let disks = MeasureGroup<DiskCounters>(
        ["device"], { [$0.name] },
        [
            .counter("node_disk_reads_completed_total", "", "Requests that read") { $0.reads.number },
            .counter("node_disk_read_bytes_total", "bytes", "Bytes read") { $0.readBytes.number },
            .counter("node_disk_read_time_seconds_total", "seconds", "What reads took, all of them together") {
                $0.readSeconds
            },
            .counter("node_disk_writes_completed_total", "", "Requests that wrote") { $0.writes.number },
            .counter("node_disk_written_bytes_total", "bytes", "Bytes written") { $0.writeBytes.number },
            .counter("node_disk_write_time_seconds_total", "seconds", "What writes took, all of them together") {
                $0.writeSeconds
            },
            .gauge("node_disk_io_now", "", "Requests under way") { $0.requestsNow.number },
            .counter(
                "node_disk_io_time_seconds_total", "seconds", "Time in which a request was under way",
                most: .init("1") { _ in 1 }
            ) { $0.busySeconds },
            .counter(
                "node_disk_io_time_weighted_seconds_total", "seconds", "The same, times the requests under way"
            ) { $0.weightedSeconds },
        ])

    private static let link = Measure<NetworkCounters>.Most("the link's speed") { $0.speed?.number }

    static let interfaces = MeasureGroup<NetworkCounters>(
        ["device"], { [$0.name] },
        [
            .counter("node_network_receive_bytes_total", "bytes", "Bytes received", most: link) {
                $0.receivedBytes.number
            },
            .counter("node_network_receive_packets_total", "", "Packets received") { $0.receivedPackets.number },
            .counter("node_network_receive_errs_total", "", "Packets that arrived broken") {
                $0.receiveErrors.number
            },
            .counter("node_network_receive_drop_total", "", "Packets that arrived and were dropped") {
                $0.receiveDrops.number
            },
            .counter("node_network_transmit_bytes_total", "bytes", "Bytes sent", most: link) { $0.sentBytes.number },
            .counter("node_network_transmit_packets_total", "", "Packets sent") { $0.sentPackets.number },
            .counter("node_network_transmit_errs_total", "", "Packets that could not be sent") {
                $0.sendErrors.number
            },
            .counter("node_network_transmit_drop_total", "", "Packets that were dropped instead of sent") {
                $0.sendDrops.number
            },
            .gauge("node_network_speed_bytes", "bytes", "What the link can carry each way in a second") {
                $0.speed?.number
            },
            .gauge("node_network_up", "", "1 if the link works", most: .init("1") { _ in 1 }) {
                $0.isUp.map { $0 ? 1 : 0 }
            },
        ])

    private static let size = Measure<MountedFileSystem>.Most("the file system's size") { $0.space?.size.number }
    private static let files = Measure<MountedFileSystem>.Most("the number of its files") { $0.space?.files.number }

    static let fileSystems = MeasureGroup<MountedFileSystem>(
        ["device", "fstype", "mountpoint"], { [$0.device, $0.type, $0.mountPoint] },
        [
            .gauge("node_filesystem_size_bytes", "bytes", "Size of the file system", most: size) {
                $0.space?.size.number
            },
            .gauge("node_filesystem_free_bytes", "bytes", "What is free in it", most: size) {
                $0.space?.free.number
            },
            .gauge("node_filesystem_avail_bytes", "bytes", "What others than root can have of that", most: size) {
                $0.space?.available.number
            },
            .gauge("node_filesystem_files", "", "How many files it can hold", most: files) { $0.space?.files.number },
            .gauge("node_filesystem_files_free", "", "How many more", most: files) { $0.space?.freeFiles.number },
            .gauge(
                "node_filesystem_readonly", "", "1 if it cannot be written, as after errors of its disk",
                most: .init("1") { _ in 1 }
            ) { $0.isReadOnly ? 1 : 0 },
        ])
}
