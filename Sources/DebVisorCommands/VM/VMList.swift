import CommandKit
import DebVisorCore
import Hypervisor
import Platform

/// `debvisor vm list`
struct VMList: ReadingCommand {
    static let info = CommandInfo(
        "list", aliases: ["ls"], "List virtual machines",
        examples: [
            Example("debvisor vm list --state running -o json", "the machines that run, for jq", prints: "["),
            Example(
                "debvisor -c test:///default vm list", "the machines of libvirt's test driver",
                prints: "running"),
        ],
        statuses: [.denied, .unavailable, .timeout], prints: Machine.self)

    struct Inputs: InputSet {
        let state = Option("state", .choice(MachineState.self), help: "Only machines in this state")
        let timeout = TimeoutOption()
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let hypervisor = try context.hypervisor(timeout: args.timeout.timeout)
        let machines = try await session.waiting(for: hypervisor.uri) { try await hypervisor.machines() }
        context.remember(machines, of: hypervisor.uri) { session.log($0) }
        return .list(machines.filter { args.state == nil || $0.state == args.state })
    }
}
