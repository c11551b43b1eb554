package import CommandKit
import DebVisorCore
import Platform
package import Storage

/// `debvisor system check`
struct SystemCheck: ReadingCommand {
    static let info = CommandInfo(
        "check", "Check the integrity of every store",
        discussion:
            "Reads each store whole: SQLite's own check, references between rows, and whether its schema is known.",
        examples: [Example("debvisor system check", "look through every store", prints: "backups")],
        statuses: [.denied, .timeout, .attention], prints: StoreCheck.self)

    typealias Inputs = NoInputs

    func run(_ args: Parsed<NoInputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let directory = context.stateDirectory
        let checks = try await Worker.run { try Stores.all.map { try Store.check($0, in: directory) } }
        let report = Report.list(checks)
        guard let bad = checks.first(where: { $0.verdict == .damaged }) else { return report }
        let hint = Stores.all.first { $0.name == bad.name }?.recovery
        return report.attention("store '\(bad.name)' is damaged: \(bad.problems.first ?? "")", hint: hint)
    }
}

extension StoreCheck: Record {
    package static var fields: [Field<StoreCheck>] {
        [
            .string("name", "Name of the store") { $0.name },
            .choice("status", "What the check found") { $0.verdict },
            .bytes("size_bytes", "Bytes of its file and log") { $0.size.bytes },
            .string("path", "Its file") { $0.path },
            .strings("problems", "What is wrong, if something is", column: .none) { $0.problems },
        ]
    }
}
