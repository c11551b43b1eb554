import CSystem
import DebVisorCore
import Glibc
import Platform

/// How a supervisor is started: this program again, with a hidden word.
package struct RunLauncher: Sendable {
    /// Absolute; `/proc/self/exe` for this very program.
    let program: String
    /// Words before those that `RunSupervisor.main` gets.
    let words: [String]
    /// Seconds from TERM to KILL.
    let grace: Int64
    /// Whether runs get control groups where that is possible.
    let usesControlGroups: Bool
    /// How long a supervisor may take until its command can begin.
    let patience: Duration

    package init(
        program: String = "/proc/self/exe", words: [String], grace: Int = 10, usesControlGroups: Bool = true,
        patience: Duration = .seconds(30)
    ) {
        self.program = program
        self.words = words
        self.grace = Int64(grace)
        self.usesControlGroups = usesControlGroups
        self.patience = patience
    }

    /// That of the process which gave the order.
    init?(of order: RunOrder) {
        guard let program = order.launcher.first else { return nil }
        self.program = program
        words = Array(order.launcher.dropFirst())
        grace = order.grace
        usesControlGroups = order.usesControlGroups
        patience = .seconds(30)
    }

    var order: [String] { [Directory.resolved(program) ?? program] + words }

    /// Starts a supervisor and gives it its order; the channel to it. - Throws: as the system says.
    func start(_ order: RunOrder) throws -> SupervisorChannel {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Fault.system(errno, "make", "socket")
        }
        let channel = SupervisorChannel(descriptor: ends[0])
        defer { close(ends[1]) }
        let command = RunCommand(supervisor: program, words, of: order.run)
        let code = command.startDetached(RunCommand.Descriptors(input: ends[1]))
        guard code == 0 else { throw Fault.system(code, "run", program) }
        try channel.send(order.encoded)
        return channel
    }
}

/// The launcher's end: closing it tells the supervisor that nobody will open the gate.
final class SupervisorChannel {
    private let channel: Channel

    init(descriptor: Int32) { channel = Channel(descriptor: descriptor) }
    deinit { close(channel.descriptor) }

    func send(_ bytes: [UInt8]) throws { try withExtendedLifetime(self) { try channel.send(bytes) } }

    /// Which of several have answered or ended; none if none has until an instant.
    static func answering(_ channels: [SupervisorChannel], until end: ContinuousClock.Instant) -> [Int] {
        var entries = channels.map { pollfd(fd: $0.channel.descriptor, events: Int16(POLLIN), revents: 0) }
        while true {
            let ready = poll(&entries, nfds_t(entries.count), Deadline.milliseconds(until: end))
            if ready > 0 { return entries.indices.filter { entries[$0].revents != 0 } }
            if ready == 0, ContinuousClock.now >= end { return [] }
        }
    }

    /// What the supervisor reads from now on is the end.
    func end() { _ = shutdown(channel.descriptor, Int32(SHUT_RDWR)) }

    /// Nil if the supervisor ended.
    func receive() -> [UInt8]? { withExtendedLifetime(self) { channel.receive() } }
}

extension RunCommand {
    /// Supervisors inherit our environment but for what would make them part of the run that started them.
    init(supervisor program: String, _ words: [String], of run: String) {
        path = program
        // What `ps` shows.
        self.words = ["debvisor"] + words
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, !Self.ownVariables.contains(String(parts[0])) {
                variables[String(parts[0])] = String(parts[1])
            }
            entry += 1
        }
        variables[ProcessTree.supervisorMark] = run
        self.variables = variables
        account = nil
        directory = "/"
    }

    private static let ownVariables = [
        "DEBVISOR_JOB", "DEBVISOR_RUN_ID", "DEBVISOR_ATTEMPT", "DEBVISOR_SCHEDULED_FOR", "NOTIFY_SOCKET",
        "WATCHDOG_USEC", "WATCHDOG_PID",
    ]
}
