import DebVisorCore

/// The file `format`: docs/repository-format.md, section 2.
struct RepositoryFormat: Codable {
    struct Cut: Codable, Equatable {
        var block_bytes = Geometry.block
        var minimum_blocks = Geometry.minimumBlocks
        var maximum_blocks = Geometry.chunkBlocks
        var odds = Int(Geometry.odds)
        var tail_bytes = 64
    }
    struct Spans: Codable, Equatable {
        var leaf_bytes = Geometry.leaf
        var region_bytes = Geometry.region
        var node_children = Geometry.nodeChildren
    }

    static let name = "debvisor-backup-repository"

    var format = Self.name
    var version = 1
    var repository_id: String
    var encrypted: Bool
    var id_algorithm = 1
    var cut = Cut()
    var spans = Spans()
    var created_at: String

    /// - Throws: `attention` if the file is none of ours, `conflict` if a later debvisor made it.
    static func parse(_ bytes: [UInt8], at path: String) throws -> RepositoryFormat {
        struct Head: Decodable {
            var format: String
            var version: Int
        }
        let file = "\(path)/format"
        let head = try JSON.decode(Head.self, from: bytes, of: file)
        guard head.format == name else { throw Fault(.attention, "'\(path)' is not a debvisor repository") }
        guard head.version == 1 else { throw newer(path, "format version \(head.version)") }
        let format = try JSON.decode(RepositoryFormat.self, from: bytes, of: file)
        guard format.id_algorithm == 1, format.cut == Cut(), format.spans == Spans() else {
            throw newer(path, "parameters that this version does not know")
        }
        return format
    }

    static func newer(_ path: String, _ what: String) -> Fault {
        Fault(.conflict, "the repository '\(path)' has \(what)", hint: "use a newer debvisor; nothing was changed")
    }
}
