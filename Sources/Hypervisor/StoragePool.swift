package import DebVisorCore

/// A place where a hypervisor keeps images.
package struct StoragePool: Sendable, Equatable {
    package var name: String
    package var state: StoragePoolState
    /// Nil while it is not active.
    package var space: Space?
    /// Where its volumes are files; nil if they are not, or nobody knows.
    package var path: String?

    package struct Space: Sendable, Equatable {
        package var capacity: ByteCount
        package var allocation: ByteCount
        package var available: ByteCount

        package init(capacity: ByteCount, allocation: ByteCount, available: ByteCount) {
            (self.capacity, self.allocation, self.available) = (capacity, allocation, available)
        }
    }

    package init(name: String, state: StoragePoolState, space: Space?, path: String? = nil) {
        (self.name, self.state, self.space, self.path) = (name, state, space, path)
    }
}

/// As libvirt counts them (virStoragePoolState).
package enum StoragePoolState: Int, Sendable, CaseIterable {
    case inactive, building, running, degraded, inaccessible
}
