import DebVisorCore
import Hypervisor

/// What is recorded of the hypervisor as a whole, with the names of the libvirt exporters.
enum HypervisorMeasures {
    static var promises: [MetricPromise] { presence.promises + count.promises + pools.promises }

    /// Whether the hypervisor behind a URI answered.
    struct Presence: Sendable {
        var uri: String
        var answered: Bool
    }

    static let up = "libvirt_up"

    static let presence = MeasureGroup<Presence>(
        ["uri"], { [$0.uri] },
        [
            .gauge(up, "", "1 if the hypervisor answered", most: .init("1") { _ in 1 }) { $0.answered ? 1 : 0 }
        ])

    static let count = MeasureGroup<Int>(
        [], { _ in [] },
        [.gauge("libvirt_domains", "", "Machines that the hypervisor knows, running or not") { $0.number }])

    private static let capacity = Measure<StoragePool>.Most("the pool's capacity") {
        $0.space?.capacity.bytes.number
    }

    static let pools = MeasureGroup<StoragePool>(
        ["storage_pool"], { [$0.name] },
        [
            .gauge(
                "libvirt_storage_pool_state", "",
                "State: 0 inactive, 1 being built, 2 running, 3 degraded, 4 inaccessible", most: .init("4") { _ in 4 }
            ) { $0.state.rawValue.number },
            .gauge("libvirt_storage_pool_capacity_bytes", "bytes", "What the pool can hold") {
                $0.space?.capacity.bytes.number
            },
            .gauge("libvirt_storage_pool_allocation_bytes", "bytes", "What is in use of it", most: capacity) {
                $0.space?.allocation.bytes.number
            },
            .gauge("libvirt_storage_pool_available_bytes", "bytes", "What is free in it", most: capacity) {
                $0.space?.available.bytes.number
            },
        ])
}

/// Every metric of `metric collect`.
enum CollectedMetrics {
    static var all: [MetricPromise] { HypervisorMeasures.promises + MachineMeasures.promises + HostMeasures.promises }
}
