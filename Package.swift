// swift-tools-version: 6.2
// The target graph. docs/architecture.md explains it; Tests/HouseTests refuses an import that is not in it.
import PackageDescription

let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
    // Places where tests end the process as `kill -9` would; a release contains none of them.
    .define("FAILPOINTS", .when(configuration: .debug)),
]

/// Loops over every sample of a series: optimised in debug builds too, where tests would take minutes without. It makes
/// compiling four times as long, so what mostly waits for SQLite, OpenSSL and zstd is not, nor are tests; what they draw
/// comes from `TestSupport`.
let hot: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

func swift(_ name: String, _ dependencies: [Target.Dependency] = [], also settings: [SwiftSetting] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house + settings)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], also settings: [SwiftSetting] = []
) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies, exclude: exclude, swiftSettings: house + settings)
}

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
/// For what a test asks of SQLite itself.
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")

let package = Package(
    name: "debvisor",
    products: [.executable(name: "debvisor", targets: ["debvisor"])],
    dependencies: [.package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0")],
    targets: [
        // Layer 0: words, the command-line kit, C.
        swift("CommandKit"),
        swift("DebVisorCore"),
        .target(name: "CSystem"),
        .target(name: "CDynamicTables", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("crypto")]),
        .target(name: "CZstd", linkerSettings: [.linkedLibrary("zstd")]),
        // Layer 1: the outside world, one target a library.
        swift("Platform", ["DebVisorCore", "CSystem"]),
        swift("Hypervisor", ["DebVisorCore"]),
        swift("LibvirtHypervisor", ["Hypervisor", "DebVisorCore", "Platform", "CDynamicTables"]),
        swift("QEMUImages", ["Hypervisor", "DebVisorCore", "CSystem", "Platform", "CDynamicTables"]),
        swift("Storage", ["DebVisorCore", "Platform", grdb]),
        swift("Cryptography", ["DebVisorCore", "COpenSSL"]),
        // Layer 2: the domains. None imports another.
        swift(
            "Backups", ["DebVisorCore", "CSystem", "Platform", "Hypervisor", "Storage", "Cryptography", "CZstd", grdb]),
        swift("Inventory", ["DebVisorCore", "Storage", grdb]),
        swift("Schedules", ["DebVisorCore", "CSystem", "Platform", "Storage", grdb]),
        swift("Anomalies", ["DebVisorCore", "CSystem", "Platform", "Storage", grdb], also: hot),
        swift("Metrics", ["DebVisorCore", "CSystem", "Platform", "Storage", grdb], also: hot),
        swift("Trends", ["DebVisorCore"], also: hot),
        swift("Alerts", ["DebVisorCore", "Platform", "Storage", grdb]),
        // A back end of Alerts.
        swift("Webhooks", ["Alerts", "DebVisorCore", "CDynamicTables"]),
        // Layer 3: every command; the only place where domains meet.
        swift(
            "DebVisorCommands",
            [
                "CommandKit", "DebVisorCore", "Platform", "Hypervisor", "Storage", "Cryptography", "Backups",
                "Inventory", "Schedules", "Anomalies", "Metrics", "Trends", "Alerts",
            ]),
        // Layer 4: the binary.
        .executableTarget(
            name: "debvisor",
            dependencies: [
                "DebVisorCommands", "CommandKit", "DebVisorCore", "Platform", "LibvirtHypervisor", "QEMUImages",
                "Schedules", "Webhooks",
            ],
            swiftSettings: house),
        // What tests start and kill.
        .executableTarget(
            name: "ScheduleDriver",
            dependencies: ["Schedules", "DebVisorCore", "Platform", "Storage"],
            path: "Tests/ScheduleDriver", swiftSettings: house),
        // What tests kill and benchmarks time.
        .executableTarget(
            name: "MetricsDriver",
            dependencies: ["Metrics", "DebVisorCore", "Platform", "Storage"],
            path: "Tests/MetricsDriver", swiftSettings: house + hot),
        // What tests kill.
        .executableTarget(
            name: "AlertsDriver",
            dependencies: ["Alerts", "DebVisorCore", "Platform", "Storage"],
            path: "Tests/AlertsDriver", swiftSettings: house),
        // What several of the test targets need.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: house + hot),
        // Tests: one target a target, and what holds for the whole house.
        tests("CommandKit", ["CommandKit", "TestSupport"], exclude: ["Golden"]),
        tests("DebVisorCore", ["DebVisorCore"]),
        tests(
            "LibvirtHypervisor",
            ["LibvirtHypervisor", "TestSupport", "QEMUImages", "Hypervisor", "DebVisorCore", "Platform"]),
        tests("QEMUImages", ["QEMUImages", "TestSupport", "Hypervisor", "DebVisorCore", "Platform"]),
        tests("Cryptography", ["Cryptography", "DebVisorCore"]),
        tests("Platform", ["Platform", "DebVisorCore"]),
        tests(
            "Backups", ["Backups", "TestSupport", "Hypervisor", "Storage", "Cryptography", "Platform", "DebVisorCore"]),
        tests(
            "DebVisorCommands",
            [
                "DebVisorCommands", "CommandKit", "Backups", "Inventory", "Schedules", "Anomalies", "Metrics",
                "Trends", "Alerts", "Webhooks", "Storage", "Hypervisor", "LibvirtHypervisor", "QEMUImages", "Platform",
                "DebVisorCore", "TestSupport",
            ], exclude: ["Golden"]),
        tests("House", [], also: hot),
        tests("Storage", ["Storage", "Platform", "DebVisorCore", grdb]),
        tests("Inventory", ["Inventory", "Storage", "Platform", "DebVisorCore"]),
        tests(
            "Schedules", ["Schedules", "TestSupport", "Storage", "Platform", "DebVisorCore", grdb, sqlite]),
        tests("Anomalies", ["Anomalies", "TestSupport", "Storage", "Platform", "DebVisorCore"]),
        tests(
            "Metrics", ["Metrics", "TestSupport", "Storage", "Platform", "DebVisorCore", "CSystem", grdb]),
        tests("Trends", ["Trends", "TestSupport", "DebVisorCore"]),
        tests("Alerts", ["Alerts", "TestSupport", "Trends", "Storage", "Platform", "DebVisorCore", grdb]),
        tests("Webhooks", ["Webhooks", "Alerts", "Platform", "DebVisorCore"]),
    ]
)
