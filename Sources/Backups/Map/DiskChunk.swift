/// A chunk where it lies on its disk.
struct DiskChunk: Equatable, Sendable {
    /// Number of its first block.
    var start: Int
    var blocks: Int
    var id: ObjectID

    var end: Int { start + blocks }
    var range: Range<Int> { start..<end }
}
