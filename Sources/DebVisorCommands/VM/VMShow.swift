import CommandKit
import DebVisorCore
import Hypervisor

/// `debvisor vm show`
struct VMShow: ReadingCommand {
    static let info = CommandInfo(
        "show", "Show one virtual machine with its disks and interfaces",
        examples: [Example("debvisor vm show web1", "all about one machine", prints: "name                  web1")],
        statuses: [.notFound, .denied, .unavailable, .timeout], prints: Machine.self)

    struct Inputs: InputSet {
        let name = Argument("VM", .object(ObjectKind.machine), help: "Name or UUID of the machine")
        let timeout = TimeoutOption()
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let hypervisor = try context.hypervisor(timeout: args.timeout.timeout)
        return .one(try await session.waiting(for: hypervisor.uri) { try await hypervisor.find(args.name) })
    }
}
