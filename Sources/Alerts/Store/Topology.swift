import DebVisorCore

/// What depends on what: guests on their host, volumes on their pool. Objects are named by who learns them.
package struct Topology: Sendable, Hashable {
    private let parents: [String: Set<String>]

    /// - Parameter parents: of each object those without which it cannot be.
    /// - Throws: `usage`, naming the round, if something would depend on itself.
    package init(_ parents: [String: [String]]) throws {
        self.parents = parents.mapValues(Set.init)
        var settled = Set<String>()
        for object in parents.keys.sorted() {
            if let round = round(from: object, [], &settled) {
                throw Fault(
                    .usage, "'\(round[0])' would depend on itself: \(round.joined(separator: " → "))",
                    hint: "nothing hides what hides it; leave one of these out")
            }
        }
    }

    init(stored parents: [String: Set<String>]) { self.parents = parents }

    package var edges: [(object: String, parent: String)] {
        parents.flatMap { object, parents in parents.map { (object, $0) } }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
    }

    /// What an object depends on, the nearest first.
    package func ancestors(of object: String) -> [String] {
        var found: [String] = []
        var next = [object]
        while !next.isEmpty {
            next = Set(next.flatMap { parents[$0] ?? [] }).subtracting(found).subtracting([object]).sorted()
            found += next
        }
        return found
    }

    private func round(from object: String, _ path: [String], _ settled: inout Set<String>) -> [String]? {
        if let start = path.firstIndex(of: object) { return Array(path[start...]) + [object] }
        guard !settled.contains(object) else { return nil }
        for parent in (parents[object] ?? []).sorted() {
            if let found = round(from: parent, path + [object], &settled) { return found }
        }
        settled.insert(object)
        return nil
    }
}
