import Foundation

/// Who may import whom: the table of docs/architecture.md. A new edge is a decision; make it there and here.
enum TargetGraph {
    static let allowed: [String: Set<String>] = [
        "CommandKit": [],
        "DebVisorCore": [],
        "CSystem": [],
        "CDynamicTables": [],
        "COpenSSL": [],
        "CZstd": [],
        "Platform": ["DebVisorCore", "CSystem"],
        "Hypervisor": ["DebVisorCore"],
        "LibvirtHypervisor": ["Hypervisor", "DebVisorCore", "Platform", "CDynamicTables"],
        "QEMUImages": ["Hypervisor", "DebVisorCore", "CSystem", "Platform", "CDynamicTables"],
        "Storage": ["DebVisorCore", "Platform", "GRDB"],
        "Cryptography": ["DebVisorCore", "COpenSSL"],
        "Backups": ["DebVisorCore", "CSystem", "Platform", "Hypervisor", "Storage", "Cryptography", "CZstd", "GRDB"],
        "Inventory": ["DebVisorCore", "Storage", "GRDB"],
        "Schedules": ["DebVisorCore", "CSystem", "Platform", "Storage", "GRDB"],
        "Anomalies": ["DebVisorCore", "CSystem", "Platform", "Storage", "GRDB"],
        "Metrics": ["DebVisorCore", "CSystem", "Platform", "Storage", "GRDB"],
        "Trends": ["DebVisorCore"],
        "Alerts": ["DebVisorCore", "Platform", "Storage", "GRDB"],
        "Webhooks": ["Alerts", "DebVisorCore", "CDynamicTables"],
        "DebVisorCommands": [
            "CommandKit", "DebVisorCore", "Platform", "Hypervisor", "Storage", "Cryptography", "Backups", "Inventory",
            "Schedules", "Anomalies", "Metrics", "Trends", "Alerts",
        ],
        // For tests and benchmarks; they lie below Tests.
        "TestSupport": [],
        "ScheduleDriver": ["Schedules", "DebVisorCore", "Platform", "Storage"],
        "AlertsDriver": ["Alerts", "DebVisorCore", "Platform", "Storage"],
        "MetricsDriver": ["Metrics", "DebVisorCore", "Platform", "Storage"],
        "debvisor": [
            "DebVisorCommands", "CommandKit", "DebVisorCore", "Platform", "LibvirtHypervisor", "QEMUImages",
            "Schedules", "Webhooks",
        ],
    ]

    /// Modules of the system and the toolchain that every target may use.
    static let everywhere: Set<String> = ["Glibc", "Swift", "Synchronization"]
    /// Targets that stay clear of Foundation: it costs every start, and the kit is to be usable without it.
    static let withoutFoundation: Set<String> = ["CommandKit", "DebVisorCore"]

    /// Dependencies of every target that is not a test, as Package.swift declares them.
    static func declared() throws -> [String: Set<String>] {
        let manifest = try SourceTree.text(of: "Package.swift")
        guard let targets = manifest.range(of: "targets: [\n").map({ manifest[$0.upperBound...] }) else { return [:] }
        var result: [String: Set<String>] = [:]
        let short = #/swift\(\s*"(?<name>\w+)"(?:,\s*\[(?<list>[^\]]*)\])?(?:,\s*also: \w+)?\s*\)/#
        for match in targets.matches(of: short) {
            result[String(match.name)] = names(in: match.list ?? "")
        }
        let long = #/\.(?:target|executableTarget)\(\s*name: "(?<name>\w+)"(?:,\s*dependencies: \[(?<list>[^\]]*)\])?/#
        for match in targets.matches(of: long) {
            result[String(match.name)] = names(in: match.list ?? "")
        }
        return result
    }

    /// A list is of names between quotes and of `grdb`, a constant of the manifest.
    private static func names(in list: Substring) -> Set<String> {
        var names = Set(list.matches(of: #/"(\w+)"/#).map { String($0.1) })
        if list.contains(#/\bgrdb\b/#) { names.insert("GRDB") }
        return names
    }

    /// The module that a line of code imports.
    static func imported(by line: String) -> String? {
        // The expression takes a hundred times as long to say no.
        let start = line.drop { $0 == " " }
        guard ["import", "@", "p", "internal", "fileprivate"].contains(where: start.hasPrefix) else { return nil }
        let declaration =
            #/^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|let|var|typealias)\s+)?(\w+)/#
        return line.firstMatch(of: declaration).map { String($0.1) }
    }
}
