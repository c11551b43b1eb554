import DebVisorCore

/// Packs about to be deleted: docs/repository-format.md, section 9.
struct Condemned: Codable {
    var version = 1
    var packs: [String]
}

/// Chunks found bad.
struct Quarantine: Codable {
    var version = 1
    var pack: String
    var ids: [String]
    var reason: String
}

/// What a verification found good.
struct Verified: Codable {
    var version = 1
    var time: Int64
    var packs: [String]
}

extension ChunkIndex.Exclusions {
    static func load(_ repository: Repository) throws -> Self {
        var exclusions = Self()
        for (_, condemned) in try repository.condemned() { exclusions.condemned.formUnion(condemned) }
        for (_, quarantine) in try repository.objects(Quarantine.self, in: "quarantine", as: .quarantine) {
            guard let pack = ObjectID(hex: quarantine.pack) else { continue }
            exclusions.quarantined[pack, default: []].formUnion(quarantine.ids.compactMap { ObjectID(hex: $0) })
        }
        return exclusions
    }
}

extension Repository {
    /// Tombstones by name.
    func condemned() throws -> [(name: String, packs: [ObjectID])] {
        try objects(Condemned.self, in: "condemned", as: .condemned).map { name, content in
            (name, content.packs.compactMap { ObjectID(hex: $0) })
        }
    }

    /// All objects of a folder; one that vanished meanwhile is left out.
    func objects<Content: Decodable>(
        _ type: Content.Type, in folder: String, as objectClass: SealedObject.Class
    ) throws -> [(name: String, content: Content)] {
        try directory.list(folder).compactMap { name in
            let full = "\(folder)/\(name)"
            guard let bytes = try directory.readIfPresent(full) else { return nil }
            let json = try SealedObject.open(bytes, as: objectClass, named: full, with: keys, in: id)
            return (full, try JSON.decode(type, from: json, of: full))
        }
    }

    /// Seals and publishes a small object.
    func put(
        _ content: some Encodable, as objectClass: SealedObject.Class, named name: String, _ purpose: StaticString
    ) throws {
        try directory.put(
            SealedObject.seal(JSON.encode(content), as: objectClass, named: name, with: keys, in: id), as: name,
            purpose)
    }
}
