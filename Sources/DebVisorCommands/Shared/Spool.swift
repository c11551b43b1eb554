import Platform

/// A file without a name that holds what a pipe gave.
struct Spool {
    let file: File

    /// - Parameter read: fills the front of a buffer; 0 at the end.
    init(in directory: StateDirectory, _ read: (UnsafeMutableRawBufferPointer) throws -> Int) throws {
        let path = directory.file("import.\(UInt64.random(in: .min ... .max)).tmp")
        file = try File.create(path, "import-spool")
        try Directory.remove(path, "import-spool")
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var offset = 0
        while true {
            let count = try read(buffer)
            guard count > 0 else { return }
            try file.write(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)), at: offset, "import-spool")
            offset += count
        }
    }
}
