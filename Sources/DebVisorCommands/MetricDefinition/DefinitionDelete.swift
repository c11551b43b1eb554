import CommandKit
import DebVisorCore
import Metrics

/// `debvisor metric definition delete`
struct DefinitionDelete: ChangingCommand {
    static let info = CommandInfo(
        "delete", aliases: ["rm"], "Take a definition back",
        discussion: """
            Series and samples stay, and so do the type and unit of a metric that has some: only what it promised of labels, \
            buckets and the number of series is forgotten. What debvisor keeps of itself is defined again when it next writes.
            """,
        examples: [
            Example("debvisor metric definition delete orders_total --dry-run", "what would go", prints: "delete")
        ],
        statuses: .ofAStore + [.notFound], effect: .destroys, prints: DefinitionRecord.self)

    struct Inputs: InputSet {
        let name = Argument("NAME", .object(ObjectKind.definition, placeholder: "NAME"), help: "Name of the metric")
        let missingOK = Flag("missing-ok", help: "It is no error if there is none")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let nothing = Report.list([DefinitionRecord]())
        let found: DefinitionRecord
        do { found = try context.definition(args.name) } catch let fault as Fault
            where fault.kind == .notFound && args.missingOK
        { return .nothing(nothing) }
        let name = found.definition.name
        // One of debvisor's own that was never written is in no store.
        guard let store = try context.writableMetricStore(), try store.definition(of: name) != nil else {
            return .nothing(nothing)
        }
        let detail = "its series stay: \(found.series)"
        return Plan([Step("delete", "definition of \(name)", detail: detail)]) { _ in
            try store.undefine(name)
            return .list([found])
        }
    }
}
