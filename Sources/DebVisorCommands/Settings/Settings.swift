package import CommandKit
import DebVisorCore
package import Platform

/// A setting's value and where it comes from.
package struct Setting: Sendable, Equatable {
    package enum Origin: Sendable, Equatable {
        case option
        case environment(String)
        /// Path and line.
        case file(String, line: Int)
        case standard

        var text: String {
            switch self {
            case .option: "option"
            case .environment(let name): "environment \(name)"
            case .file(let path, let line): "\(path):\(line)"
            case .standard: "default"
            }
        }
    }

    package var value: String
    package var origin: Origin

    package init(_ value: String, _ origin: Origin) {
        self.value = value
        self.origin = origin
    }
}

/// What can be set: option over environment over the user's file over `/etc/debvisor/debvisor.conf` over default.
package struct Settings: Sendable {
    package var connect: Setting
    /// The program that mails are handed to.
    package var sendmail: Setting
    package var stateDirectory: Setting
    package var timeout: Setting
    /// Whether debvisor notes what it does itself as metrics.
    package var ownMetrics: Setting

    /// The settings by their names in configuration files.
    var named: [(name: String, setting: Setting)] {
        [
            ("connect", connect), ("own_metrics", ownMetrics), ("sendmail", sendmail), ("state_dir", stateDirectory),
            ("timeout", timeout),
        ]
    }

    /// What every mail server of Debian has.
    static let sendmail = "/usr/sbin/sendmail"

    static var switchType: ValueType<Switch> { .choice() }

    enum Switch: String, CaseIterable, Sendable { case on, off }

    var keepsOwnMetrics: Bool { ownMetrics.value == Switch.on.rawValue }

    static var timeoutType: ValueType<Int> { .duration(atLeast: 1) }

    /// Seconds that one call to a hypervisor may take. What a file says was checked when it was read.
    func timeoutSeconds() throws -> Int { try Self.timeoutType.parse(timeout.value) }
}

extension Settings {
    /// - Throws: `usage` for a configuration file that is malformed, or that was named and is not there; `denied`.
    package init(
        _ globals: Parsed<GlobalOptions>, _ environment: Environment, _ account: UserAccount,
        systemFile: String = ConfigurationFiles.system
    ) throws {
        var files: [ConfigurationFile] = []
        if let path = globals.config ?? environment["DEBVISOR_CONFIG"] {
            files = [try Self.named(path)]
        } else {
            for path in [ConfigurationFiles.user(account, environment), systemFile]
            where Directory.exists(path) { files.append(try ConfigurationFile(path)) }
        }
        func setting(_ option: String?, _ variable: String?, _ key: String, else standard: String) -> Setting {
            if let option { return Setting(option, .option) }
            if let variable, let value = environment[variable] { return Setting(value, .environment(variable)) }
            for file in files {
                if let entry = file.entries[key] { return Setting(entry.value, .file(file.path, line: entry.line)) }
            }
            return Setting(standard, .standard)
        }
        connect = setting(
            globals.connect, "DEBVISOR_URI", "connect", else: account.isRoot ? "qemu:///system" : "qemu:///session")
        stateDirectory = setting(
            globals.stateDirectory, "DEBVISOR_STATE_DIR", "state_dir",
            else: StateDirectory.standardPath(for: account, environment))
        sendmail = setting(nil, nil, "sendmail", else: Self.sendmail)
        timeout = setting(nil, nil, "timeout", else: "30s")
        ownMetrics = setting(nil, nil, "own_metrics", else: Switch.on.rawValue)
    }

    /// The file that an option or the environment names.
    private static func named(_ path: String) throws -> ConfigurationFile {
        do { return try ConfigurationFile(path) } catch var fault as Fault where fault.kind == .notFound {
            // Every command reads it: to most, "no such object" would say something else.
            fault.kind = .usage
            fault.hint = "it is named by --config or DEBVISOR_CONFIG"
            throw fault
        }
    }
}
