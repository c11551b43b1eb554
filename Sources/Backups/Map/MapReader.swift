import DebVisorCore

/// Reads the map of one disk from the repository.
struct MapReader {
    let fetcher: ChunkFetcher

    /// Asked for each page on the way with its height (leaves are 0); false skips what lies below.
    typealias Enter = (ObjectID, Int) throws -> Bool
    /// Told of a page that cannot be had, with the numbers of the leaves below it.
    typealias Lose = (Range<Int>, ChunkFetcher.Miss) throws -> Void

    /// Calls `body` with the number (of 4 MiB spans) and id of every leaf that is there, in order.
    /// - Throws: `Miss` for the first page that cannot be had, unless `lose` takes it.
    func forEachLeaf(
        root: ObjectID, height: Int, enter: @escaping Enter = { _, _ in true },
        lose: @escaping Lose = { throw $1 }, _ body: @escaping (Int, ObjectID) throws -> Void
    ) throws {
        guard Geometry.mapHeights.contains(height) else {
            throw Fault(.attention, "a map of the repository makes no sense", cause: "height \(height)")
        }
        guard root != .zero, try enter(root, height) else { return }
        try Walk(fetcher: fetcher, enter: enter, lose: lose, body: body).node(root, height: height, first: 0)
    }

    /// - Throws: `Miss` if the page cannot be had or makes no sense.
    func leaf(_ id: ObjectID) throws -> MapLeaf {
        guard let leaf = MapLeaf(page: try fetcher.member(id)) else { throw ChunkFetcher.Miss.malformed(id) }
        return leaf
    }
}

private struct Walk {
    let fetcher: ChunkFetcher
    let enter: MapReader.Enter
    let lose: MapReader.Lose
    let body: (Int, ObjectID) throws -> Void

    func node(_ node: ObjectID, height: Int, first: Int) throws {
        var span = 1
        for _ in 1..<height { span *= Geometry.nodeChildren }
        let page: [UInt8]
        do { page = try self.page(node) } catch let miss as ChunkFetcher.Miss {
            return try lose(first..<first + span * Geometry.nodeChildren, miss)
        }
        for index in 0..<Geometry.nodeChildren {
            let child = page.withPointer { $0.id(index * 16) }
            guard child != .zero, try enter(child, height - 1) else { continue }
            if height == 1 {
                try body(first + index, child)
            } else {
                try self.node(child, height: height - 1, first: first + index * span)
            }
        }
    }

    private func page(_ node: ObjectID) throws -> [UInt8] {
        let page = try fetcher.member(node)
        guard page.count == Geometry.nodeChildren * 16 else { throw ChunkFetcher.Miss.malformed(node) }
        return page
    }
}
