import Cryptography
import Platform

/// Collects the leaves of one disk from many workers and builds the nodes above them.
final class MapBuilder: Sendable {
    let height: Int
    private let leaves: Locked<[ObjectID]>

    /// - Parameter kept: the leaves of an earlier map of the disk; all are holes without.
    init(diskBytes: UInt64, keeping kept: [ObjectID]? = nil) {
        height = Geometry.mapHeight(ofDisk: diskBytes)
        let count = Int((diskBytes + UInt64(Geometry.leaf) - 1) / UInt64(Geometry.leaf))
        precondition(kept.map { $0.count == count } ?? true)
        leaves = Locked(kept ?? [ObjectID](repeating: .zero, count: count))
    }

    /// - Parameter index: number of the 4 MiB span.
    func set(_ id: ObjectID, leaf index: Int) { leaves.withLock { $0[index] = id } }

    /// Makes holes of these spans (past the end of the disk there are none).
    func clear(leaves range: Range<Int>) {
        leaves.withLock { for index in range.clamped(to: $0.indices) { $0[index] = .zero } }
    }

    /// Stores the nodes and returns the root's id.
    func finish(_ store: PageStore) throws -> ObjectID {
        var level = leaves.withLock { $0 }
        for _ in 0..<height {
            var parents: [ObjectID] = []
            for start in stride(from: 0, to: level.count, by: Geometry.nodeChildren) {
                let children = level[start..<min(start + Geometry.nodeChildren, level.count)]
                parents.append(children.allSatisfy { $0 == .zero } ? .zero : try store.put(Self.node(children)))
            }
            level = parents
        }
        return level.first ?? .zero
    }

    static func node(_ children: ArraySlice<ObjectID>) -> [UInt8] {
        var page: [UInt8] = []
        page.reserveCapacity(Geometry.nodeChildren * 16)
        for child in children { page.append(child) }
        page.appendZeros(Geometry.nodeChildren * 16 - page.count)
        return page
    }
}

/// Names map pages and stores the new ones; owned by one thread.
final class PageStore {
    private let sealer: FrameSealer
    private let mac: MessageAuthenticator
    private let known: KnownChunks

    init(_ sealer: FrameSealer, _ mac: MessageAuthenticator, _ known: KnownChunks) {
        self.sealer = sealer
        self.mac = mac
        self.known = known
    }

    func put(_ page: [UInt8]) throws -> ObjectID {
        let code = try mac.authenticate([page])
        let id = code.withPointer { $0.id(0) }
        if try known.claim(id) {
            try page.withUnsafeBytes { page in try code.withUnsafeBytes { try sealer.add(page, id: $0) } }
        }
        return id
    }

    var storedBytes: Int { sealer.storedBytes }

    func flush() throws { try sealer.flush() }
}
