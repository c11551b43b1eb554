import Foundation

/// A call that changes the disk, made outside `DiskStep`: nothing could end the process there, or write the change down.
struct RawChange: Hashable, CustomStringConvertible {
    var path: String
    /// The called function.
    var word: String
    var line: Int

    var description: String { "\(path):\(line): '\(word)' changes the disk outside DiskStep; use Platform's functions" }

    /// System calls and functions of C libraries that change names, content or what is durable.
    private static let functions: Set<String> = [
        "write", "pwrite", "pwrite64", "pwritev", "pwritev2", "writev", "sendfile", "splice", "tee", "vmsplice",
        "copy_file_range", "rename", "renameat", "renameat2", "renamex_np", "link", "linkat", "symlink", "symlinkat",
        "unlink", "unlinkat", "remove", "rmdir", "mkdir", "mkdirat", "mknod", "mknodat", "mkfifo", "mkfifoat",
        "truncate",
        "truncate64", "ftruncate", "ftruncate64", "fallocate", "posix_fallocate", "fsync", "fdatasync", "sync",
        "syncfs",
        "msync", "sync_file_range", "creat", "mkstemp", "mkostemp", "mkstemps", "mkostemps", "mkdtemp", "tmpfile",
        "mktemp",
        "tmpnam", "tempnam", "fopen", "fopen64", "freopen", "fdopen", "fwrite", "fputs", "fputc", "fprintf", "vfprintf",
        "dprintf", "bind", "chmod", "fchmod", "fchmodat", "chown", "lchown", "fchown", "fchownat", "utime", "utimes",
        "futimes", "lutimes", "utimensat", "futimens", "setxattr", "lsetxattr", "fsetxattr", "removexattr", "mount",
        "umount", "nftw", "aio_write", "aio_fsync", "shm_open", "system", "popen", "posix_spawn",
        // Shims of CSystem that do one of these.
        "dv_create_direct", "dv_start_writeback", "dv_allocate", "dv_listen_unix",
    ]
    /// Change the disk only with these flags.
    private static let openings: Set<String> = ["open", "open64", "openat", "openat2"]
    private static let creatingFlags: Set<String> = ["O_CREAT", "O_TRUNC", "O_TMPFILE", "__O_TMPFILE"]

    /// Types that change the disk by themselves.
    private static let types: Set<String> = [
        "FileHandle", "OutputStream", "FileWrapper", "FileManager", "DatabaseQueue", "DatabasePool",
    ]
    /// Methods of Foundation, on whatever it is.
    private static let methods: Set<String> = [
        "createDirectory", "createFile", "createSymbolicLink", "removeItem", "moveItem", "copyItem", "linkItem",
        "trashItem", "replaceItem", "replaceItemAt", "setResourceValues",
    ]
    /// Methods of GRDB, where it is imported.
    private static let transactions: Set<String> = [
        "writeWithoutTransaction", "barrierWriteWithoutTransaction", "unsafeReentrantWrite", "asyncWrite",
        "asyncWriteWithoutTransaction", "inDatabase", "inTransaction", "inSavepoint", "vacuum", "checkpoint", "backup",
    ]

    /// Every one in a source.
    static func all(in source: SwiftText) -> [RawChange] {
        let steps = bodies(of: source)
        let isDatabase = source.imports.contains("GRDB")
        return source.words.filter { word in
            isRawCall(word, in: source) || isMethod(word, in: source, isDatabase)
        }.compactMap { word in
            if steps.contains(where: { $0.contains(word.lowerBound) }) { return nil }
            return RawChange(path: source.path, word: source.codeText(word), line: source.line(at: word.lowerBound))
        }
    }

    private static func isMethod(_ word: Range<Int>, in source: SwiftText, _ isDatabase: Bool) -> Bool {
        let name = source.codeText(word)
        // In C: a system call without a function.
        if types.contains(name) || name.hasPrefix("SYS_") && changes(name.dropFirst(4)) { return true }
        guard let dot = source.before(word.lowerBound), source.code[dot] == UInt8(ascii: ".") else { return false }
        if methods.contains(name) || isDatabase && transactions.contains(name) { return true }
        guard name == "write" else { return false }
        if source.before(dot).flatMap(source.word(endingAt:)) == "queue" { return true }
        // Of Foundation: `data.write(to: url)`; a text that something is written to is `&text`.
        guard let open = source.after(word.upperBound), let brackets = source.bracketed(from: open),
            let first = source.list(in: brackets).first, let label = source.label(of: first)
        else { return false }
        return ["to", "toFile", "contentsOf"].contains(label) && !source.codeText(first).contains("&")
    }

    private static func changes(_ call: Substring) -> Bool {
        functions.contains(String(call)) || openings.contains(String(call))
    }

    /// What `DiskStep.perform` and `DiskStep.commit` run; only Platform and Storage may say so themselves.
    private static func bodies(of source: SwiftText) -> [Range<Int>] {
        guard ["Platform", "Storage"].contains(source.target) else { return [] }
        return source.words.compactMap { word in
            guard ["perform", "commit"].contains(source.codeText(word)),
                let dot = source.before(word.lowerBound), source.code[dot] == UInt8(ascii: "."),
                source.before(dot).flatMap(source.word(endingAt:)) == "DiskStep",
                let open = source.after(word.upperBound), let arguments = source.bracketed(from: open),
                let brace = source.after(arguments.upperBound), source.code[brace] == UInt8(ascii: "{")
            else { return nil }
            return source.bracketed(from: brace)
        }
    }

    private static func isRawCall(_ word: Range<Int>, in source: SwiftText) -> Bool {
        let name = source.codeText(word)
        guard functions.contains(name) || openings.contains(name), let open = source.after(word.upperBound),
            source.code[open] == UInt8(ascii: "("), let brackets = source.bracketed(from: open)
        else { return false }
        if let before = source.before(word.lowerBound) {
            if source.code[before] == UInt8(ascii: ".") {
                // A method, unless what stands before the dot is a module.
                let module = source.before(before).flatMap(source.word(endingAt:))
                guard ["Glibc", "Foundation", "CSystem"].contains(module) else { return false }
            }
            // A declaration. Functions of C throw nothing and await nothing: the compiler refuses `try` before them.
            let previous = source.word(endingAt: before)
            if ["func", "case", "try", "await", "int", "void", "ssize_t", "int64_t"].contains(previous) {
                return false
            }
            // `try?` and `try!`.
            if source.before(before).flatMap(source.word(endingAt:)) == "try" { return false }
        }
        let arguments = source.list(in: brackets)
        if openings.contains(name) {
            return arguments.contains { argument in
                creatingFlags.contains { source.codeText(argument).contains($0) }
            }
        }
        // Functions of C have no labels, and only these take nothing.
        if arguments.isEmpty { return name == "sync" || name == "tmpfile" }
        return arguments.allSatisfy { source.label(of: $0) == nil }
    }
}

/// A call that may stay outside, and why.
struct RawChangeException {
    var path: String
    var word: String
    var reason: String

    static let all = [
        Self(path: "CommandKit/Sessions/Console.swift", word: "write", reason: "standard output and error"),
        Self(path: "CommandKit/Sessions/Console+Live.swift", word: "write", reason: "standard output and error"),
        Self(path: "CommandKit/Sessions/ProcessSignals.swift", word: "write", reason: "a line feed to the terminal"),
        Self(path: "CommandKit/Sessions/Cancellation.swift", word: "write", reason: "a byte into a pipe of our own"),
        Self(
            path: "CommandKit/Manual/Program+WriteManual.swift", word: "open",
            reason: "manual pages, written while debvisor is built"),
        Self(path: "Platform/Failpoint.swift", word: "open", reason: "the tests' list of steps; no release has it"),
        Self(path: "Platform/Failpoint.swift", word: "write", reason: "the tests' list of steps; no release has it"),
        Self(
            path: "Platform/LockFile.swift", word: "open",
            reason: "a file without content; whether it is there after a crash is no matter"),
        Self(
            path: "Platform/File.swift", word: "futimens",
            reason: "a lease's heartbeat: tells the living of the living, and is of no use after a crash"),
        Self(
            path: "Platform/File.swift", word: "fchmod",
            reason: "of a file that has no content yet; a crash leaves it to its owner alone"),
        Self(
            path: "Metrics/Events/MetricStore+Events.swift", word: "inSavepoint",
            reason: "a part of a transaction that is undone alone; what stays is durable with the transaction"),
        Self(path: "Platform/TCPListener.swift", word: "bind", reason: "a TCP socket, which is no file"),
        Self(
            path: "Platform/FileStatus.swift", word: "chown",
            reason: "of a restored part, whose sync comes after it and has a label"),
        Self(
            path: "Platform/FileStatus.swift", word: "chmod",
            reason: "of a restored part, whose sync comes after it and has a label"),
        Self(
            path: "QEMUImages/Server/PrivateDirectory.swift", word: "mkdtemp",
            reason: "the directory of a socket, below /run or /tmp"),
        Self(
            path: "QEMUImages/Server/ImageServer.swift", word: "dv_listen_unix", reason: "a socket below /run or /tmp"),
        Self(
            path: "QEMUImages/Raw/RawSink.swift", word: "dv_allocate",
            reason: "of a file that is not published, and what it gives a place to is written next"),
        Self(
            path: "QEMUImages/Raw/RawSink.swift", word: "dv_start_writeback",
            reason: "writes nothing new and makes nothing durable: only begins early"),
        Self(path: "Storage/Store.swift", word: "DatabaseQueue", reason: "writes in DiskStep.commit alone"),
        Self(
            path: "Storage/Store.swift", word: "writeWithoutTransaction", reason: "awaitWriters, which writes nothing"),
        Self(path: "Storage/Store.swift", word: "inTransaction", reason: "awaitWriters, which writes nothing"),
        Self(path: "Storage/OpenQueue.swift", word: "DatabaseQueue", reason: "closes what Store alone writes to"),
        Self(path: "Storage/Store+Connect.swift", word: "DatabaseQueue", reason: "opens what Store alone writes to"),
        Self(path: "CSystem/CSystemFiles.c", word: "open", reason: "dv_create_direct, which is looked for by its name"),
        Self(
            path: "CSystem/CSystemFiles.c", word: "fallocate",
            reason: "dv_allocate, which is looked for by its name"),
        Self(
            path: "CSystem/CSystemFiles.c", word: "sync_file_range",
            reason: "dv_start_writeback, which is looked for by its name"),
        Self(path: "CSystem/CSystemRuns.c", word: "write", reason: "an errno value into a pipe of our own"),
        Self(path: "Schedules/Running/Supervision.swift", word: "write", reason: "a byte into a pipe of our own"),
        Self(
            path: "Schedules/Running/ControlGroup.swift", word: "mkdir",
            reason: "a control group, in the kernel's memory"),
        Self(
            path: "Schedules/Running/ControlGroup.swift", word: "rmdir",
            reason: "a control group, in the kernel's memory"),
        Self(
            path: "Schedules/Running/ControlGroup.swift", word: "write",
            reason: "a control group, in the kernel's memory"),
        Self(
            path: "Schedules/Running/RunStream.swift", word: "mkfifo",
            reason: "a pipe, within DiskStep.perform"),
        Self(path: "Schedules/Running/RunStream.swift", word: "chown", reason: "of that pipe"),
        Self(
            path: "CSystem/CSystemProcess.c", word: "pwrite", reason: "dv_memory_file, a file in memory without a name"),
        Self(path: "CSystem/CSystemProcess.c", word: "bind", reason: "dv_listen_unix, which is looked for by its name"),
    ]
}
