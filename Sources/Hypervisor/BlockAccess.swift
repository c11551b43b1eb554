/// A stretch of a disk that holds data, or one that reads as zeros and need not be read.
package struct BlockExtent: Sendable, Equatable {
    package var range: Range<UInt64>
    package var isData: Bool

    package init(range: Range<UInt64>, isData: Bool) {
        self.range = range
        self.isData = isData
    }
}

/// The guest's view of one disk, read by several threads at once.
package protocol BlockSource: Sendable {
    var sizeBytes: UInt64 { get }
    /// A reader for one thread. It blocks; call it on a thread of your own, never on Swift's cooperative pool.
    func makeReader() throws -> any BlockReader
    /// Whether its readers can tell what changed since the checkpoint that it was opened with.
    var tracksChanges: Bool { get }
}

extension BlockSource {
    package var tracksChanges: Bool { false }
}

/// One thread's way to a `BlockSource`.
package protocol BlockReader: AnyObject {
    /// Extents that cover `range` exactly, in order, neighbours of one kind joined.
    func extents(in range: Range<UInt64>) throws -> [BlockExtent]
    /// Fills `buffer` from `offset`; what lies past the end of the disk reads as zeros.
    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws
    /// What changed in `range` since the checkpoint, in order, neighbours joined; all of it if the source does not know.
    /// Never less than what changed, and perhaps wider than `range`'s part of it: bitmaps are coarse.
    func changes(in range: Range<UInt64>) throws -> [Range<UInt64>]
    /// Tells what will be read next, in order, instead of all the data of the last `extents` answer.
    func announce(_ ranges: [Range<UInt64>])
}

extension BlockReader {
    package func changes(in range: Range<UInt64>) throws -> [Range<UInt64>] { range.isEmpty ? [] : [range] }
    package func announce(_ ranges: [Range<UInt64>]) {}
}

/// A new disk being written; what is never written reads as zeros.
package protocol BlockSink: Sendable {
    /// A writer for one thread (blocking, as `BlockReader`).
    func makeWriter() throws -> any BlockWriter
    /// Makes all that was written durable and closes; afterwards the sink is unusable.
    func finish() throws
    /// Gives up and closes; the caller removes the file.
    func abandon()
}

package protocol BlockWriter: AnyObject {
    func write(at offset: UInt64, from buffer: UnsafeRawBufferPointer) throws
}

/// What an image file says of itself.
package struct ImageInfo: Sendable {
    package var path: String
    /// `raw`, `qcow2`, …
    package var format: String
    package var virtualSize: UInt64
    /// Bytes allocated on the host.
    package var actualSize: UInt64
    /// The image below, as an absolute path; nil for a standalone image.
    package var backingPath: String?
    /// The dirty bitmaps that the image itself holds.
    package var bitmaps: [ImageBitmap] = []

    package init(path: String, format: String, virtualSize: UInt64, actualSize: UInt64, backingPath: String?) {
        self.path = path
        self.format = format
        self.virtualSize = virtualSize
        self.actualSize = actualSize
        self.backingPath = backingPath
    }
}

/// A persistent dirty bitmap as its image describes it.
package struct ImageBitmap: Sendable, Equatable {
    package var name: String
    /// Bytes that one bit stands for.
    package var granularity: UInt64
    /// True if whoever wrote the image last did not close it in good order: the bitmap tells nothing.
    package var isInUse: Bool
    /// True if it records what is written.
    package var isRecording: Bool

    package init(name: String, granularity: UInt64, isInUse: Bool, isRecording: Bool) {
        self.name = name
        self.granularity = granularity
        self.isInUse = isInUse
        self.isRecording = isRecording
    }
}

/// Disk images through QEMU's own tools: a `qcow2` is read and written as its guest sees it.
package protocol DiskImages: Sendable {
    /// - Throws: `notFound`, `denied`, `failed` (missing backing file, not an image), `unavailable` (no qemu-img).
    func inspect(path: String, format: String?) throws -> ImageInfo
    /// Whether a running QEMU, or another program that keeps to its locks, has the image open. False if there is none.
    func isInUse(path: String) throws -> Bool
    /// Opens an image for reading; `raw` directly, anything else through a read-only `qemu-nbd` that ends with `close`.
    func open(path: String, format: String) throws -> any ClosableBlockSource
    /// As `open`; its readers tell what any of these bitmaps of the image (not of one below it) marks as changed, if
    /// there are any.
    /// - Throws: also `attention` if a bitmap is missing or in use: then it tells nothing.
    func open(path: String, format: String, changesIn bitmaps: [String]) throws -> any ClosableBlockSource
    /// Removes a bitmap from an image that nobody uses. - Throws: `notFound`, `conflict` if a machine holds the image.
    func removeBitmap(_ name: String, from path: String) throws
    /// Opens one disk of a backup job. `timeout` bounds every single request to the server.
    func open(export: DiskExport) throws -> any ClosableBlockSource
    /// Creates `path` (which must not exist) with mode 0600 and opens it for writing.
    func create(path: String, format: String, sizeBytes: UInt64) throws -> any BlockSink
}

package protocol ClosableBlockSource: BlockSource {
    func close()
}

/// Where a disk can be read over NBD.
package struct DiskExport: Sendable {
    /// The guest's name of the disk.
    package var target: String
    package var socketPath: String
    package var exportName: String
    /// The bitmap beside it that marks what changed since the checkpoint that was asked for; nil if none is offered.
    package var bitmap: String?

    package init(target: String, socketPath: String, exportName: String, bitmap: String? = nil) {
        self.target = target
        self.socketPath = socketPath
        self.exportName = exportName
        self.bitmap = bitmap
    }

    package var withoutBitmap: DiskExport {
        DiskExport(target: target, socketPath: socketPath, exportName: exportName)
    }
}
