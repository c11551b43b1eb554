import DebVisorCore
import Platform

/// A stream on its way to the disk: the first 64 KiB, and of all after that the last 192 KiB, in a file of bounded size.
///
/// The file: a header of 24 bytes (`dvspool1`, bytes kept or overwritten, bytes lost because they could not be written;
/// both little-endian), the head, then a ring that the rest goes round in.
struct OutputSpool {
    static let headSize: Int64 = 64 << 10
    static let tailSize: Int64 = 192 << 10
    static let headerSize = 24
    static let magic = Array("dvspool1".utf8)

    private let file: File
    private(set) var written: Int64
    /// What a full disk swallowed.
    private(set) var lost: Int64

    /// Begins a spool, or goes on with one.
    init(_ path: String) throws {
        do {
            file = try File.create(path, "run-output")
            (written, lost) = (0, 0)
            // Before any data: a spool without a header has none.
            writeHeader()
        } catch let fault as Fault where fault.kind == .conflict {
            file = try File(path, .readWrite)
            (written, lost) = try Self.counts(in: file)
        }
    }

    var total: Int64 { written + lost }
    var dropped: Int64 { max(0, written - Self.headSize - Self.tailSize) + lost }
    var kept: Int64 { total - dropped }

    /// Never fails: what cannot be written is counted as dropped.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        do {
            var rest = bytes
            var position = written
            while !rest.isEmpty {
                let (offset, room) = Self.place(of: position)
                let part = UnsafeRawBufferPointer(rebasing: rest.prefix(Int(room)))
                try file.write(part, at: Self.headerSize + Int(offset), "run-output")
                position += Int64(part.count)
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part.count))
            }
            written = position
        } catch {
            lost += Int64(bytes.count)
        }
        writeHeader()
    }

    private func writeHeader() {
        let header = Self.magic + Self.bytes(of: written) + Self.bytes(of: lost)
        try? header.withUnsafeBytes { try file.write($0, at: 0, "run-output") }
    }

    /// Where in the file, behind the header, a byte of the stream is, and how many may follow it there.
    private static func place(of position: Int64) -> (offset: Int64, room: Int64) {
        if position < headSize { return (position, headSize - position) }
        let inRing = (position - headSize) % tailSize
        return (headSize + inRing, tailSize - inRing)
    }

    private static func bytes(of number: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64 {
        bytes.reversed().reduce(0) { $0 << 8 | Int64($1) }
    }

    private static func counts(in file: File) throws -> (Int64, Int64) {
        guard try file.size >= headerSize else { return (0, 0) }
        let header = try file.bytes(at: 0, count: headerSize)
        // The disk was full when it was to be written.
        if header.allSatisfy({ $0 == 0 }) { return (0, 0) }
        guard header.starts(with: magic) else { throw Fault(.attention, "'\(file.path)' is not an output spool") }
        return (max(0, number(header[8..<16])), max(0, number(header[16..<24])))
    }
}

extension OutputSpool {
    /// What a spool has kept; nil if there is none.
    static func readIfThere(_ path: String) throws -> RunOutput? {
        let file: File
        do {
            file = try File(path, .read)
        } catch let fault as Fault where fault.kind == .notFound {
            return nil
        }
        let (written, lost) = try counts(in: file)
        let head = try file.bytes(at: headerSize, count: Int(min(written, headSize)))
        let after = max(0, written - headSize)
        guard after > tailSize else {
            let tail = try file.bytes(at: headerSize + Int(headSize), count: Int(after), ifAny: after > 0)
            return RunOutput(head: head, dropped: lost, tail: tail)
        }
        let ring = try file.bytes(at: headerSize + Int(headSize), count: Int(tailSize))
        let start = Int(after % tailSize)
        return RunOutput(head: head, dropped: after - tailSize + lost, tail: Array(ring[start...] + ring[..<start]))
    }
}

extension File {
    fileprivate func bytes(at offset: Int, count: Int, ifAny: Bool) throws -> [UInt8] {
        ifAny ? try bytes(at: offset, count: count) : []
    }
}
