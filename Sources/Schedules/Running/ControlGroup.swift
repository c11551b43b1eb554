import DebVisorCore
import Glibc
import Platform

/// A control group (version 2) of one run: every process of it, whatever it forks or calls itself.
struct ControlGroup: Sendable {
    let path: String

    /// Makes one below our own. Nil where we may not, or where there is no version 2.
    init?(for run: String) {
        guard let base = Self.own else { return nil }
        Self.removeEmpty(in: base)
        path = "\(base)/\(Self.prefix)\(run)"
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { return nil }
    }

    /// That of a run which an earlier supervisor made, wherever that was.
    init?(of process: Int32, in run: String) {
        guard let line = Self.path(of: "/proc/\(process)/cgroup"), let mount = Self.mount else { return nil }
        // Not by its beginning alone: `debvisor-run-due.service` is no group of a run, and must not be ended as one.
        guard line.split(separator: "/").last ?? "" == Self.prefix + run else { return nil }
        path = mount + line
    }

    /// One that is there already below our own.
    init?(existing run: String) {
        guard let base = Self.own, Directory.isDirectory("\(base)/\(Self.prefix)\(run)") else { return nil }
        path = "\(base)/\(Self.prefix)\(run)"
    }

    /// Takes this process out of the group of a run whose command has started it, to where that run's supervisor is.
    static func leaveRun() {
        guard let mount, let path = path(of: "/proc/self/cgroup") else { return }
        let names = path.split(separator: "/")
        guard let place = names.firstIndex(where: isOfRun) else { return }
        _ = write("\(getpid())", to: ([Substring(mount)] + names[..<place] + ["cgroup.procs"]).joined(separator: "/"))
    }

    private static let prefix = "debvisor-"

    /// `debvisor-k3f9x2-17`
    private static func isOfRun(_ name: Substring) -> Bool {
        guard name.hasPrefix(prefix) else { return false }
        let parts = name.dropFirst(prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && Int64(parts[1]) != nil
    }

    /// - Returns: false if the group does not take the process.
    func add(_ process: Int32) -> Bool { Self.write("\(process)", to: path + "/cgroup.procs") }

    var members: [Int32] {
        guard let text = Self.text(of: path + "/cgroup.procs") else { return [] }
        return text.split(separator: "\n").compactMap { Int32($0) }
    }

    /// Kills all at once, also those that fork meanwhile (Linux 5.14).
    func kill() { _ = Self.write("1", to: path + "/cgroup.kill") }

    func remove() { rmdir(path) }

    /// Groups whose last process ended after its run. A new one may be empty for an instant; after a minute none is.
    private static func removeEmpty(in base: String) {
        for name in (try? Directory.names(in: base)) ?? [] where isOfRun(name[...]) {
            var info = stat()
            guard stat("\(base)/\(name)", &info) == 0 else { continue }
            if time(nil) - info.st_mtim.tv_sec > 60 { rmdir("\(base)/\(name)") }
        }
    }

    private static var own: String? {
        guard let mount, let path = path(of: "/proc/self/cgroup") else { return nil }
        return path == "/" ? mount : mount + path
    }

    private static func path(of file: String) -> String? {
        text(of: file)?.split(separator: "\n").first { $0.hasPrefix("0::/") }.map { String($0.dropFirst(3)) }
    }

    /// Where version 2 is mounted, from its root on (`proc_pid_mountinfo(5)`).
    private static var mount: String? {
        let lines = text(of: "/proc/self/mountinfo")?.split(separator: "\n") ?? []
        for line in lines {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count, fields[dash + 1] == "cgroup2",
                fields.count > 4, fields[3] == "/"
            else { continue }
            return String(fields[4])
        }
        return nil
    }

    private static func text(of path: String) -> String? {
        (try? ProcFile.read(path)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Files of the kernel: no change of a disk.
    private static func write(_ text: String, to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        return Glibc.write(descriptor, bytes, bytes.count) == bytes.count
    }
}

/// Files that have no size before they are read.
enum ProcFile {
    static func read(_ path: String, limit: Int = 1 << 20) throws -> [UInt8] {
        let file = try File(path, .read)
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let part = try [UInt8](unsafeUninitializedCapacity: 16384) { buffer, count in
                count = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: bytes.count)
            }
            bytes += part
            if part.count < 16384 { break }
        }
        return bytes
    }
}
