import DebVisorCore
import Metrics

/// What a message calls a series, and how it says its value.
///
///     vda of web01 wrote 412 MiB/s
///     libvirt_storage_pool_available_bytes of pool default is 3 GiB
///     node_cpu_seconds_total{cpu="0",mode="iowait"} grows by 0.9 s/s
struct AlertSubject: Sendable {
    /// `vda of web01`; nil where its tags have no such words.
    let name: String?
    private let metric: String
    private let text: String
    private let isCounted: Bool

    init(_ series: MetricSeries, host: String?) {
        self.init(
            metric: series.key.name.text, tags: series.key.tags.dictionary, text: series.key.description,
            isCounted: series.isCounted, host: host)
    }

    init(metric: String, tags: [String: String], text: String, isCounted: Bool, host: String?) {
        (self.metric, self.text, self.isCounted) = (metric, text, isCounted)
        name = tags.keys.allSatisfy(Self.told.contains) ? Self.name(tags, host: host) : nil
    }

    /// Tags that `name` has words for.
    private static let told: Set<String> = [
        "domain", "uuid", "target_device", "vcpu", "storage_pool", "device", "mountpoint", "fstype", "host", "instance",
        "uri", "job", "vm", "file", "repository", "pool",
    ]

    private static func name(_ tags: [String: String], host: String?) -> String? {
        if let domain = tags["domain"] ?? tags["vm"] {
            let machine = tags["repository"].map { "\(domain) in \($0)" } ?? domain
            if let device = tags["target_device"] { return "\(device) of \(machine)" }
            return tags["vcpu"].map { "processor \($0) of \(machine)" } ?? machine
        }
        if let file = tags["file"] { return tags["repository"].map { "\(file) in \($0)" } ?? file }
        if let pool = tags["storage_pool"] ?? tags["pool"] { return "pool \(pool)" }
        if let job = tags["job"] { return "job \(job)" }
        if let uri = tags["uri"] { return uri }
        let place = tags["host"] ?? tags["instance"] ?? host
        if let part = tags["mountpoint"] ?? tags["device"] { return place.map { "\(part) of \($0)" } ?? part }
        return place
    }

    /// What people say a counter of this name does.
    private static let verbs = [
        "libvirt_domain_block_stats_write_bytes_total": "wrote",
        "libvirt_domain_block_stats_read_bytes_total": "read",
        "libvirt_domain_interface_stats_receive_bytes_total": "received",
        "libvirt_domain_interface_stats_transmit_bytes_total": "sent",
        "node_disk_written_bytes_total": "wrote", "node_disk_read_bytes_total": "read",
        "node_network_receive_bytes_total": "received", "node_network_transmit_bytes_total": "sent",
    ]

    /// What is the matter with these, whatever their numbers are.
    private func sentence(_ value: Double) -> String? {
        guard let name else { return nil }
        return switch (metric, value) {
        case (HypervisorMeasures.up, 0): "the hypervisor \(name) does not answer"
        case (HypervisorMeasures.up, 1): "the hypervisor \(name) answers"
        case ("debvisor_backup_last_run_failed", 1): "the last backup of \(name) failed"
        case ("debvisor_job_last_run_failed", 1): "the last run of \(name) failed"
        default: nil
        }
    }

    /// Whether the value says nothing that the words do not say.
    func isSentence(_ value: Double) -> Bool { sentence(value) != nil }

    /// - Parameter shown: the value with its unit.
    func says(_ value: Double, _ shown: String) -> String {
        if let sentence = sentence(value) { return sentence }
        if let name, isCounted, let verb = Self.verbs[metric] { return "\(name) \(verb) \(shown)" }
        return "\(what) \(isCounted ? "grows by" : "is") \(shown)"
    }

    /// The series in words: `node_load1 of alpha`.
    var what: String { name.map { "\(metric) of \($0)" } ?? text }
}
