import CSystem
import DebVisorCore
import Glibc

/// A program that we started: it ends with us, even by `kill -9`, inherits nothing it was not given, leaves no zombie.
package final class ChildProcess: Sendable {
    /// How a process ended.
    package enum End: Sendable, Equatable {
        case status(Int32)
        case signal(Int32)
    }

    private enum State {
        case starting
        case failed(Int32)
        case running(pid: pid_t)
        case ended(End)
    }

    private let state: Monitor<State>
    /// Names the process without the danger of meeting another one that got its number.
    private let pidfd: Monitor<Int32>
    package let program: String

    /// Starts a program.
    /// - Parameters:
    ///   - path: absolute (see `find`).
    ///   - descriptors: what the child gets as descriptors 0, 1, 2, …; nil is `/dev/null`. They stay ours to close.
    ///   - variables: added to our environment.
    /// - Throws: `failed`, `denied` or `unavailable`, as the system says.
    package init(
        _ path: String, _ arguments: [String], descriptors: [Int32?] = [nil, nil, nil],
        variables: [String: String] = [:]
    ) throws {
        program = Directory.name(of: path)
        state = Monitor(.starting)
        pidfd = Monitor(-1)
        let state = state
        let pidfd = pidfd
        // The thread that starts a child has to outlive it: the child's death signal is tied to it.
        try Thread {
            let pid = Self.spawn(path, arguments, descriptors.map { $0 ?? -1 }, variables)
            guard pid > 0 else { return state.change { $0 = .failed(-pid) } }
            pidfd.change { $0 = dv_pidfd_open(pid) }
            state.change { $0 = .running(pid: pid) }
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            let code = dv_wait_status(status)
            state.change { $0 = .ended(code < 0 ? .signal(-code) : .status(code)) }
        }.detach()
        let failure: Int32 = state.wait { state in
            switch state {
            case .starting: nil
            case .failed(let code): code
            case .running, .ended: 0
            }
        }
        if failure != 0 { throw Fault.system(failure, "run", path) }
    }

    deinit {
        let descriptor = pidfd.change { $0 }
        if descriptor >= 0 { close(descriptor) }
    }

    private static func spawn(
        _ path: String, _ arguments: [String], _ descriptors: [Int32], _ variables: [String: String]
    ) -> pid_t {
        var environment = variables.map { strdup("\($0.key)=\($0.value)") }
        var inherited = environ
        while let variable = inherited.pointee {
            let name = String(cString: variable).split(separator: "=", maxSplits: 1).first.map(String.init) ?? ""
            if variables[name] == nil { environment.append(strdup(variable)) }
            inherited += 1
        }
        environment.append(nil)
        let strings = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for string in environment + strings { free(string) } }
        return dv_spawn(path, strings, environment, descriptors, Int32(descriptors.count))
    }

    /// Waits for the end; nil if the process still runs after `limit`.
    package func wait(within limit: Duration) -> End? {
        let descriptor = pidfd.change { $0 }
        guard descriptor >= 0 else { return ended }
        let deadline = ContinuousClock.now + limit
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&entry, 1, Deadline.milliseconds(until: deadline))
            if ready > 0 { return ended }
            if ready == 0, ContinuousClock.now >= deadline { return nil }
        }
    }

    /// Waits for the keeper of the process, which is never long once the process has ended.
    private var ended: End {
        state.wait { if case .ended(let end) = $0 { end } else { nil } }
    }

    package func signal(_ number: Int32) {
        let descriptor = pidfd.change { $0 }
        if descriptor >= 0 { _ = dv_pidfd_signal(descriptor, number) }
    }

    /// Asks the process to end, and makes it end if it has not after `patience`.
    @discardableResult
    package func end(patience: Duration = .seconds(10)) -> End {
        signal(SIGTERM)
        if let end = wait(within: patience) { return end }
        signal(SIGKILL)
        return ended
    }

    /// The absolute path of a program on `PATH` or in the system's directories; nil if there is none.
    package static func find(_ name: String, _ environment: Environment = .process) -> String? {
        let path = (environment["PATH"] ?? "") + ":/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
        for directory in path.split(separator: ":") where directory.hasPrefix("/") {
            let candidate = "\(directory)/\(name)"
            if access(candidate, X_OK) == 0, !Directory.isDirectory(candidate) { return candidate }
        }
        return nil
    }
}
