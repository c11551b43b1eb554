import GRDB
import Storage

extension AlertStore {
    /// Replaces all that was known of what depends on what.
    package func change(_ topology: Topology) throws {
        guard try self.topology() != topology else { return }
        try store.write("alert-topology") { database in
            try database.execute(sql: "DELETE FROM topology")
            let insertion = try database.makeStatement(sql: "INSERT INTO topology VALUES (?, ?)")
            for edge in topology.edges { try insertion.execute(arguments: [edge.object, edge.parent]) }
        }
    }

    package func topology() throws -> Topology { try store.read { try Self.topology($0) } }

    static func topology(_ database: Database) throws -> Topology {
        var parents: [String: Set<String>] = [:]
        let rows = try Row.fetchCursor(database, sql: "SELECT object, parent FROM topology")
        while let row = try rows.next() { parents[row[0], default: []].insert(row[1]) }
        return Topology(stored: parents)
    }
}
