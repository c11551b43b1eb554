import CommandKit
import DebVisorCore

/// `debvisor metric definition list`
struct DefinitionList: ReadingCommand {
    static let info = CommandInfo(
        "list", aliases: ["ls"], "List the metrics that are defined",
        discussion: "Those of your own, and those that debvisor keeps of itself.",
        examples: [
            Example("debvisor metric definition list", "what there is", prints: "debvisor_backup_runs_total")
        ],
        statuses: .ofAStore, prints: DefinitionRecord.self)

    func run(_ args: Parsed<NoInputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        .list(try context.definitions())
    }
}

/// `debvisor metric definition show`
struct DefinitionShow: ReadingCommand {
    static let info = CommandInfo(
        "show", "Show what a metric is defined as",
        examples: [
            Example(
                "debvisor metric definition show debvisor_job_duration_seconds", "its buckets too", prints: "histogram")
        ],
        statuses: .ofAStore + [.notFound], prints: DefinitionRecord.self)

    struct Inputs: InputSet {
        let name = Argument("NAME", .object(ObjectKind.definition, placeholder: "NAME"), help: "Name of the metric")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        .one(try context.definition(args.name))
    }
}
