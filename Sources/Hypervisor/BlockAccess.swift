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
}

/// One thread's way to a `BlockSource`.
package protocol BlockReader: AnyObject {
    /// Extents that cover `range` exactly, in order, neighbours of one kind joined.
    func extents(in range: Range<UInt64>) throws -> [BlockExtent]
    /// Fills `buffer` from `offset`; what lies past the end of the disk reads as zeros.
    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws
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

    package init(path: String, format: String, virtualSize: UInt64, actualSize: UInt64, backingPath: String?) {
        self.path = path
        self.format = format
        self.virtualSize = virtualSize
        self.actualSize = actualSize
        self.backingPath = backingPath
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

    package init(target: String, socketPath: String, exportName: String) {
        self.target = target
        self.socketPath = socketPath
        self.exportName = exportName
    }
}
