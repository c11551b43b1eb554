import DebVisorCore
import Platform

/// The packs as they lie there against what the index says of them.
struct PackSurvey {
    private let repository: Repository
    private let index: ChunkIndex
    /// Pack → what is wrong with it.
    private(set) var damages: [ObjectID: String] = [:]
    /// Packs that are not there, condemned ones among them: nothing to read.
    private(set) var gone: Set<ObjectID> = []

    init(_ repository: Repository, _ index: ChunkIndex) {
        self.repository = repository
        self.index = index
    }

    /// Checks size, header and authenticated trailer of every pack that the index names.
    mutating func inspect() throws {
        let library = PackLibrary(repository)
        for (id, pack) in index.packs {
            do {
                guard let (_, size) = try library.trailer(of: id) else {
                    damages[id] = "its trailer is damaged or cut off"
                    continue
                }
                if size != pack.size { damages[id] = "it has \(size) bytes, the index says \(pack.size)" }
            } catch let fault as Fault where fault.kind == .notFound {
                gone.insert(id)
                // Condemned packs may go at any time.
                if !index.exclusions.condemned.contains(id) { damages[id] = "it is gone" }
            } catch let fault as Fault where fault.kind == .attention {
                damages[id] = fault.message
            }
        }
    }

    /// The packs to read: those whose last good reading is longest ago come first.
    func choose(_ options: Verification.Options, among needed: Set<ObjectID>?) throws -> [IndexedPack] {
        guard options.readsData else { return [] }
        let verified = try VerificationReceipts(repository).lastGoodReading
        let candidates = index.packs.values
            .filter { (needed?.contains($0.id) ?? true) && !gone.contains($0.id) }
            .sorted { (verified[$0.id] ?? 0, $0.id.description) < (verified[$1.id] ?? 0, $1.id.description) }
        let count = Int((Double(candidates.count) * options.subset).rounded(.up))
        return Array(candidates.prefix(max(min(count, candidates.count), 0)))
    }
}
