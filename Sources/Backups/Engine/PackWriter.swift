import Cryptography
import DebVisorCore
import Platform

/// A finished pack and what is in it.
struct SealedPack: Sendable {
    var id: ObjectID
    var packClass: PackHeader.Class
    var size: Int
    var items: [TrailerItem]
}

/// Writes the packs of one class: entries from many threads go through large aligned buffers to one writer thread,
/// past the page cache where the file system allows it.
final class PackWriter: Sendable {
    let packClass: PackHeader.Class
    private let context: Context
    private let open = Locked(OpenPack?.none)
    private let queue: Monitor<Queue>
    private let thread: Thread

    /// What all packs of the run share.
    struct Context: Sendable {
        var directory: RepositoryDirectory
        var repository: ObjectID
        var keys: KeyBundle
        var session: PackSession
        var lease: Lease
        /// Packs get their final names only in `finish` (maps: after the data that they name).
        var publishesAtEnd: Bool
        /// Called on the writer thread with each published pack.
        var published: @Sendable (SealedPack) throws -> Void
    }

    private enum Job {
        case write(AlignedBuffer, count: Int, File, offset: Int)
        case seal(PackPart)
        case end
    }

    private struct Queue {
        var jobs: [Job] = []
        var free: [AlignedBuffer]
        var held: [PackPart] = []
        var failure: (any Error)?
    }

    private struct OpenPack {
        var part: PackPart
        var header: PackHeader
        var offset: Int
        var items: [TrailerItem] = []
        var buffer: AlignedBuffer
        var fill: Int
        var flushed = 0
    }

    private static let bufferSize = 4 << 20

    init(_ packClass: PackHeader.Class, _ context: Context, buffers: Int) throws {
        self.packClass = packClass
        self.context = context
        let queue = Monitor(Queue(free: (0..<buffers).map { _ in AlignedBuffer(Self.bufferSize) }))
        self.queue = queue
        thread = try Thread { Self.work(queue, context) }
    }

    /// Takes whole entries; `items` have offsets inside `batch`.
    /// - Throws: what the writer thread met, on the next call.
    func append(_ batch: UnsafeRawBufferPointer, _ items: [TrailerItem]) throws {
        try open.withLock { open in
            var pack = try open ?? startPack()
            open = nil
            let start = pack.offset
            pack.items += items.map { item in
                var item = item
                item.offset += start
                return item
            }
            try copy(batch, into: &pack)
            let isOld = pack.offset > 1 << 20 && context.lease.now() - pack.header.created > 60_000
            if pack.offset >= Geometry.packLimit || isOld { try seal(pack) } else { open = pack }
        }
    }

    /// Seals the open pack and waits until everything has its final name.
    func finish() throws {
        do {
            try open.withLock { pack in
                if let last = pack {
                    pack = nil
                    try seal(last)
                }
            }
        } catch {
            abandon()
            throw error
        }
        queue.change { $0.jobs.append(.end) }
        thread.join()
        let (failure, held) = queue.change { ($0.failure, $0.held) }
        if let failure { throw failure }
        for part in held { try part.publish(context) }
    }

    /// Ends the thread when the run is given up; parts stay for the next run to salvage, with all that was handed over.
    func abandon() {
        let last = open.withLock { pack in
            defer { pack = nil }
            return pack
        }
        queue.change { state in
            if let last {
                // Direct writes take whole blocks; what is cut off is an entry that would not be whole either.
                let count = last.fill & ~(Geometry.packAlignment - 1)
                state.jobs.append(.write(last.buffer, count: count, last.part.file, offset: last.flushed))
            }
            state.jobs.append(.end)
        }
        thread.join()
    }

    private func startPack() throws -> OpenPack {
        let header = PackHeader(
            packClass: packClass, id: .random(), repository: context.repository, created: context.lease.now(),
            sessions: [context.session])
        let part = try PackPart.create(header, context)
        var pack = OpenPack(part: part, header: header, offset: 0, buffer: try takeBuffer(), fill: 0)
        try header.bytes.withUnsafeBytes { try copy($0, into: &pack) }
        return pack
    }

    private func copy(_ bytes: UnsafeRawBufferPointer, into pack: inout OpenPack) throws {
        var done = 0
        while done < bytes.count {
            if pack.fill == Self.bufferSize { try push(&pack) }
            let count = min(bytes.count - done, Self.bufferSize - pack.fill)
            if let base = bytes.baseAddress {
                (pack.buffer.base + pack.fill).copyMemory(from: base + done, byteCount: count)
            }
            pack.fill += count
            done += count
        }
        pack.offset += bytes.count
    }

    private func push(_ pack: inout OpenPack) throws {
        let (buffer, count, offset) = (pack.buffer, pack.fill, pack.flushed)
        queue.change { [file = pack.part.file] in $0.jobs.append(.write(buffer, count: count, file, offset: offset)) }
        pack.flushed += count
        pack.fill = 0
        pack.buffer = try takeBuffer()
    }

    private func takeBuffer() throws -> AlignedBuffer {
        try queue.wait { state in
            if let failure = state.failure { throw failure }
            return state.free.popLast()
        }
    }

    private func seal(_ pack: OpenPack) throws {
        var pack = pack
        let trailer = try PackTrailer(items: pack.items).bytes(
            at: pack.offset, header: pack.header.bytes, indexKey: context.keys.indexKey)
        try trailer.withUnsafeBytes { try copy($0, into: &pack) }
        let (buffer, count, offset, file) = (pack.buffer, pack.fill, pack.flushed, pack.part.file)
        var part = pack.part
        part.sealed = SealedPack(id: pack.header.id, packClass: packClass, size: pack.offset, items: pack.items)
        queue.change { [part] in
            $0.jobs.append(.write(buffer, count: count, file, offset: offset))
            $0.jobs.append(.seal(part))
        }
    }

    private static func work(_ queue: Monitor<Queue>, _ context: Context) {
        while true {
            let job = queue.wait { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
            do {
                switch job {
                case .end: return
                case .write(let buffer, let count, let file, let offset):
                    defer { queue.change { $0.free.append(buffer) } }
                    if queue.change({ $0.failure == nil }) {
                        try file.write(UnsafeRawBufferPointer(buffer.bytes(0..<count)), at: offset, "pack")
                    }
                case .seal(let part):
                    if queue.change({ $0.failure != nil }) { continue }
                    try part.synchronize()
                    if context.publishesAtEnd {
                        queue.change { $0.held.append(part) }
                    } else {
                        try part.publish(context)
                    }
                }
            } catch {
                queue.change { $0.failure = $0.failure ?? error }
            }
        }
    }
}
