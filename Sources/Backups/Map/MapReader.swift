import DebVisorCore

/// Reads the map of one disk from the repository.
struct MapReader {
    let fetcher: ChunkFetcher

    /// Calls `body` with the number (of 4 MiB spans) and id of every leaf that is there, in order.
    ///
    /// - Parameter enter: asked for each page on the way with its height (leaves are 0); false skips what lies below.
    func forEachLeaf(
        root: ObjectID, height: Int, enter: (ObjectID, Int) throws -> Bool = { _, _ in true },
        _ body: (Int, ObjectID) throws -> Void
    ) throws {
        guard Geometry.mapHeights.contains(height) else {
            throw Fault(.attention, "a map of the repository makes no sense", cause: "height \(height)")
        }
        guard root != .zero, try enter(root, height) else { return }
        try walk(root, height: height, first: 0, enter, body)
    }

    private func walk(
        _ node: ObjectID, height: Int, first: Int, _ enter: (ObjectID, Int) throws -> Bool,
        _ body: (Int, ObjectID) throws -> Void
    ) throws {
        let page = try fetcher.member(node)
        guard page.count == Geometry.nodeChildren * 16 else {
            throw Fault(.attention, "a map page of the repository makes no sense", cause: node.description)
        }
        var span = 1
        for _ in 1..<height { span *= Geometry.nodeChildren }
        for index in 0..<Geometry.nodeChildren {
            let child = page.withPointer { $0.id(index * 16) }
            guard child != .zero, try enter(child, height - 1) else { continue }
            if height == 1 {
                try body(first + index, child)
            } else {
                try walk(child, height: height - 1, first: first + index * span, enter, body)
            }
        }
    }

    /// - Throws: `attention` if the page makes no sense.
    func leaf(_ id: ObjectID) throws -> MapLeaf {
        guard let leaf = MapLeaf(page: try fetcher.member(id)) else {
            throw Fault(.attention, "a map page of the repository makes no sense", cause: id.description)
        }
        return leaf
    }
}
