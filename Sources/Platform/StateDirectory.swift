import DebVisorCore
import Glibc

/// The directory where debvisor remembers things between runs: every store lies in it.
package struct StateDirectory: Sendable, Hashable {
    /// Absolute, not necessarily there yet.
    package let path: String

    package init(_ path: String) { self.path = Directory.absolute(path) }

    /// The place for a file of ours, given relative to the directory.
    package func file(_ relative: String) -> String { path.hasSuffix("/") ? path + relative : path + "/" + relative }

    /// Bytes of a file; nil if there is none.
    /// - Throws: `denied` if we may not even see whether it is there.
    package func size(of relative: String) throws -> UInt64? {
        var info = stat()
        if stat(file(relative), &info) == 0 { return UInt64(info.st_size) }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw Fault.system(errno, "inspect", file(relative))
    }
}

extension StateDirectory {
    /// Where it is unless somebody says otherwise: `/var/lib/debvisor` for root, for others
    /// `$XDG_STATE_HOME/debvisor` or `~/.local/state/debvisor`.
    package static func standardPath(for account: UserAccount, _ environment: Environment) -> String {
        if account.isRoot { return "/var/lib/debvisor" }
        return UserPaths.base("XDG_STATE_HOME", else: ".local/state", account, environment) + "/debvisor"
    }
}

/// The configuration files that are read unless `--config` or `DEBVISOR_CONFIG` names one.
package enum ConfigurationFiles {
    package static let system = "/etc/debvisor/debvisor.conf"

    /// `$XDG_CONFIG_HOME/debvisor/debvisor.conf` or `~/.config/debvisor/debvisor.conf`.
    package static func user(_ account: UserAccount, _ environment: Environment) -> String {
        UserPaths.base("XDG_CONFIG_HOME", else: ".config", account, environment) + "/debvisor/debvisor.conf"
    }
}

/// Base directories after the XDG Base Directory Specification 0.8, which ignores relative paths.
enum UserPaths {
    static func base(
        _ variable: String, else standard: String, _ account: UserAccount, _ environment: Environment
    ) -> String {
        if let path = environment[variable], path.hasPrefix("/") { return path }
        return account.home == "/" ? "/" + standard : account.home + "/" + standard
    }
}
