package import DebVisorCore
package import Platform

/// All stores in one file: a tar archive of what `Store.export` writes, `schedules.db`, `metrics.db`, …
package enum StoreArchive {
    /// One after the other, each whole at one instant, in the order of the descriptions: a store that keeps how far it has
    /// read another comes behind it.
    ///
    /// - Parameters:
    ///   - scratch: the name of a file that may be replaced, for one copy at a time.
    ///   - emit: gets the bytes of the archive.
    /// - Returns: what is in it.
    package static func write(
        _ descriptions: [StoreDescription], in directory: StateDirectory, scratch: String, at time: Timestamp,
        _ emit: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> [(name: String, size: ByteCount)] {
        var written: [(name: String, size: ByteCount)] = []
        for description in descriptions {
            guard let size = try Store.copy(description, in: directory, to: scratch) else { continue }
            defer { _ = try? Directory.remove(scratch, "store-export") }
            let name = Directory.name(of: description.path)
            let header = TarHeader(name: name, size: size.bytes, time: time.milliseconds / 1000)
            try header.bytes.withUnsafeBytes(emit)
            try read(File(scratch, .read), 0, size.bytes, emit)
            try [UInt8](repeating: 0, count: header.padding).withUnsafeBytes(emit)
            written.append((description.name, size))
        }
        try [UInt8](repeating: 0, count: 2 * TarHeader.block).withUnsafeBytes(emit)
        return written
    }

    /// The same as a file that appears whole or not at all, in the place of one that is there.
    package static func export(
        _ descriptions: [StoreDescription], in directory: StateDirectory, to path: String, at time: Timestamp
    ) throws -> [(name: String, size: ByteCount)] {
        let unfinished = path + ".unfinished"
        try Directory.remove(unfinished, "store-export")
        let file = try File.create(unfinished, "store-export")
        var offset = 0
        do {
            let written = try write(
                descriptions, in: directory, scratch: path + ".store", at: time
            ) { bytes in
                try file.write(bytes, at: offset, "store-export")
                offset += bytes.count
            }
            try file.synchronize("store-export")
            try Directory.rename(unfinished, to: path, "store-export")
            try Directory.synchronize(Directory.parent(of: path) ?? "/", "store-export")
            return written
        } catch {
            _ = try? Directory.remove(unfinished, "store-export")
            throw error
        }
    }

    /// Hands out a part of a file, a mebibyte at a time. - Throws: `attention` if the file ends before.
    package static func read(
        _ file: File, _ offset: UInt64, _ count: UInt64, _ emit: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var done: UInt64 = 0
        while done < count {
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(Int(min(count - done, 1 << 20))))
            let got = try file.read(into: part, at: Int(offset + done))
            guard got == part.count else {
                throw Fault(.attention, "'\(file.path)' was cut off", hint: "copy or export it again")
            }
            try emit(UnsafeRawBufferPointer(part))
            done += UInt64(got)
        }
    }
}
