import Alerts

/// What series tell of: objects as the topology names them, and hosts.
///
///     host:alpha   machine:web01   disk:web01/vda   pool:default   job:nightly
struct AlertPlaces: Sendable, Equatable {
    /// The host that this program works on.
    var local: String
    /// The host whose machines are measured; the same unless the hypervisor is elsewhere.
    var hypervisor: String

    init(local: String, uri: String? = nil) {
        self.local = local
        hypervisor = uri.flatMap(Self.remoteHost) ?? local
    }

    /// The host that a hypervisor's URI names; nil: this one.
    static func remoteHost(of uri: String) -> String? {
        guard let scheme = uri.firstRange(of: "://") else { return nil }
        let place = uri[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        let address = place.split(separator: "@").last ?? ""
        if address.hasPrefix("[") {
            return address.contains("]") ? String(address.dropFirst().prefix { $0 != "]" }) : nil
        }
        let host = address.prefix { $0 != ":" }
        return host.isEmpty || host == "localhost" ? nil : String(host)
    }

    /// nil: nothing is known to depend on it, nor it on anything.
    func object(_ metric: String, _ tags: [String: String]) -> String? {
        if let domain = tags["domain"] {
            guard metric.hasPrefix("libvirt_domain_block_"), let disk = tags["target_device"] else {
                return Self.machine(domain)
            }
            return Self.disk(disk, of: domain)
        }
        if let pool = tags["storage_pool"] { return Self.pool(pool) }
        if let job = tags["job"], metric.hasPrefix("debvisor_job_") { return Self.job(job) }
        if let machine = tags["vm"], metric.hasPrefix("debvisor_") { return Self.machine(machine) }
        return host(metric, tags).map(Self.host)
    }

    /// nil: of no host that we know.
    func host(_ metric: String, _ tags: [String: String]) -> String? {
        if let host = tags["host"] ?? tags["instance"] { return host }
        if metric.hasPrefix("libvirt_") { return hypervisor }
        return metric.hasPrefix("node_") || metric.hasPrefix("debvisor_") ? local : nil
    }

    static func host(_ name: String) -> String { "host:" + name }
    static func machine(_ name: String) -> String { "machine:" + name }
    static func disk(_ name: String, of machine: String) -> String { "disk:\(machine)/\(name)" }
    static func pool(_ name: String) -> String { "pool:" + name }
    static func job(_ name: String) -> String { "job:" + name }
}
