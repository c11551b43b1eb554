import CommandKit
import DebVisorCore
import Hypervisor

/// `debvisor vm stats`
struct VMStats: ReadingCommand {
    static let info = CommandInfo(
        "stats", "Show the counters of virtual machines",
        discussion: """
            Counters grow from the start of a machine. A machine that does not answer in time is marked as stale and \
            shown with what is known.
            """,
        examples: [
            Example("debvisor vm stats web1", "the counters of one machine", prints: "web1"),
            Example(
                "debvisor vm stats --watch -o ndjson", "all counters every two seconds, a line a machine",
                prints: #"{"type":"item","item":{"name":"web1""#),
        ],
        statuses: [.notFound, .denied, .unavailable, .timeout], prints: MachineStatistics.self)

    struct Inputs: InputSet {
        let names = Arguments("VM", .object(ObjectKind.machine), help: "Names of machines; all without")
        let watch = Flag("watch", short: "w", help: "Show them again and again until stopped")
        let interval = Option(
            "interval", .duration(atLeast: 1), default: 2, help: "Time between two looks with --watch")
        let timeout = TimeoutOption()
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let hypervisor = try context.hypervisor(timeout: args.timeout.timeout)
        let (names, statistics) = try await session.waiting(for: hypervisor.uri) {
            let machines = args.names.isEmpty ? [] : try await hypervisor.machines()
            let names = try args.names.map { try hypervisor.find($0, among: machines).name }
            return (names, try await hypervisor.statistics(names))
        }
        guard args.watch else { return .list(statistics) }
        let interval = args.interval
        return .stream(of: MachineStatistics.self) { emit in
            var picture = statistics
            while true {
                try emit(picture)
                // Short sleeps, so that Ctrl-C ends it at once.
                for _ in 0..<interval * 10 where !session.isCancelled { try await Task.sleep(for: .milliseconds(100)) }
                if session.isCancelled { return }
                picture = try await hypervisor.statistics(names)
            }
        }
    }
}
