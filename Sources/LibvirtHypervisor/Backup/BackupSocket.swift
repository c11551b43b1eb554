import DebVisorCore
import Glibc
import Platform

/// The place of a backup job's socket: where QEMU, confined by AppArmor and not root, may make one.
enum BackupSocket {
    /// - Parameter running: the definition of the running machine (its paths tell where the daemon keeps things).
    /// - Throws: `failed` if the path would be too long for a socket.
    static func path(_ domain: LibvirtDomain, running: XMLElement, _ directories: DaemonDirectories) throws -> String {
        let directory = directories.sockets ?? machineDirectory(domain, running, directories)
        let suffix = String(UInt32.random(in: .min ... .max), radix: 16)
        let path = "\(directory)/debvisor-\(suffix).sock"
        guard path.utf8.count < 108 else {
            throw Fault(
                .failed, "the path of a backup socket is too long: '\(path)'",
                cause: "a socket's path has at most 107 bytes")
        }
        return path
    }

    private static func machineDirectory(
        _ domain: LibvirtDomain, _ running: XMLElement, _ directories: DaemonDirectories
    ) -> String {
        // A channel's socket lies in …/qemu/channel/target/domain-1-web; the machine's directory has that last name.
        for channel in running.first("devices")?.elements("channel") ?? [] {
            guard let path = channel.first("source")?["path"] else { continue }
            let parts = path.split(separator: "/").map(String.init)
            guard let index = parts.firstIndex(of: "channel"), index + 2 < parts.count, parts[index + 1] == "target"
            else { continue }
            return "/" + (parts[..<index] + [parts[index + 2]]).joined(separator: "/")
        }
        let prefix = "domain-\(domain.id ?? 0)-"
        let expected = prefix + String(decoding: Array(domain.name.utf8.prefix(20)), as: UTF8.self)
        let found = (try? Directory.names(in: directories.qemu)) ?? []
        let name = found.contains(expected) ? expected : found.first { $0.hasPrefix(prefix) } ?? expected
        return "\(directories.qemu)/\(name)"
    }
}
