import Glibc

/// The machine we run on.
package enum Host {
    /// What `hostname` prints; `localhost` if the system has no name.
    package static var name: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress, gethostname(start, buffer.count - 1) == 0 else { return "localhost" }
            start[buffer.count - 1] = 0
            return String(cString: start)
        }
    }

    /// What systemd and D-Bus call this installation (`machine-id(5)`); nil where it was never made.
    package static var machineID: String? {
        guard let text = try? DurableFile.read("/etc/machine-id", limit: 256) else { return nil }
        let id = String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return id.isEmpty ? nil : id
    }

    package static var processID: Int32 { getpid() }

    /// A UUID that the kernel makes at each boot; nil where `/proc` is not mounted.
    ///
    /// With a process id it tells whether a process noted earlier can still be the one meant.
    package static var bootID: String? {
        let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { buffer in
            guard Glibc.read(descriptor, buffer.baseAddress, 36) == 36 else { return nil }
            return String(decoding: buffer, as: UTF8.self)
        }
    }
}
