import DebVisorCore
import Glibc
import Platform

/// The place of a backup job's socket: where QEMU, confined by AppArmor and not root, may make one.
enum BackupSocket {
    /// - Parameter running: the definition of the running machine (its paths tell where the daemon keeps things).
    /// - Throws: `failed` if the path would be too long for a socket.
    static func path(_ domain: LibvirtDomain, running: XMLElement, _ directories: DaemonDirectories) throws -> String {
        let directory = directories.sockets ?? machineDirectory(domain, running, directories)
        let suffix = String(UInt32.random(in: .min ... .max), radix: 36)
        let short = "\(directory)/\(prefix)\(suffix)\(ending)"
        let path = ProcessIdentity.current.map { "\(directory)/\(prefix)\($0)-\(suffix)\(ending)" } ?? short
        if path.utf8.count <= longest { return path }
        guard short.utf8.count <= longest else {
            throw Fault(
                .failed, "the path of a backup socket is too long: '\(short)'",
                cause: "a socket's path has at most \(longest) bytes")
        }
        return short
    }

    private static let prefix = "debvisor-"
    private static let ending = ".sock"
    /// `sun_path` of `unix(7)` less its zero.
    private static let longest = 107

    /// Whether the socket of a job is that of a debvisor which has certainly ended: nobody else will ever end its job.
    static func isAbandoned(_ path: String) -> Bool {
        let name = Directory.name(of: path)
        guard name.hasPrefix(prefix), name.hasSuffix(ending) else { return false }
        let parts = name.dropFirst(prefix.count).dropLast(ending.count).split(separator: "-")
        guard parts.count == 4 else { return false }
        return ProcessIdentity(parts[..<3].joined(separator: "-"))?.hasEnded ?? false
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
