import DebVisorCore
import Platform

/// Which packs were read and found good, and when: the objects under `verified/`.
struct VerificationReceipts {
    private let repository: Repository
    /// Newest first.
    private let receipts: [(name: String, content: Verified)]

    init(_ repository: Repository) throws {
        self.repository = repository
        receipts = try repository.objects(Verified.self, in: "verified", as: .verified)
            .sorted { $0.content.time > $1.content.time }
    }

    /// Pack → milliseconds of its last good reading.
    var lastGoodReading: [ObjectID: Int64] {
        var times: [ObjectID: Int64] = [:]
        for (_, receipt) in receipts {
            for id in receipt.packs.compactMap({ ObjectID(hex: $0) }) where times[id] == nil {
                times[id] = receipt.time
            }
        }
        return times
    }

    /// Notes a good reading, and removes the receipts that newer ones have made useless, so that they don't pile up.
    func note(_ packs: [ObjectID], at time: Timestamp) throws {
        guard !packs.isEmpty else { return }
        let name = Snapshot.objectName(time: time.milliseconds, id: ObjectID.random().description)
            .replacing("snapshots/", with: "verified/", maxReplacements: 1)
        try repository.put(
            Verified(time: time.milliseconds, packs: packs.map(\.description)), as: .verified, named: name,
            "receipt")
        var covered = Set(packs.map(\.description))
        for (name, receipt) in receipts {
            let stillSays = receipt.packs.contains { pack in
                guard !covered.contains(pack), let id = ObjectID(hex: pack) else { return false }
                return Directory.exists(repository.directory.packPath(id))
            }
            if stillSays { covered.formUnion(receipt.packs) } else { try repository.directory.remove(name, "receipt") }
        }
    }
}
