import CSystem
import Glibc
import Platform

/// All processes of a run: those in its control group, our descendants, and all that carry its id in their environment,
/// which double forks and new sessions keep.
struct ProcessTree: Sendable {
    /// As in `DEBVISOR_RUN_ID`.
    let run: String
    let group: ControlGroup?

    /// The variable by which a supervisor is told from the command that made somebody start it.
    static let supervisorMark = "DEBVISOR_SUPERVISES"

    /// Processes that can still do something; zombies cannot. Runs that a command of this one has started are not of it.
    func members() -> [ProcessIdentity] {
        let own = getpid()
        var numbers = Set(group?.members ?? [])
        let all = Self.processes()
        var descendants: Set<Int32> = [own]
        var others: Set<Int32> = []
        var found = true
        while found {
            let children = all.filter {
                descendants.contains($0.parent) && !descendants.contains($0.number) && !others.contains($0.number)
            }.map(\.number)
            let ours = children.filter { !isOfAnotherRun($0) }
            others.formUnion(Set(children).subtracting(ours))
            descendants.formUnion(ours)
            found = !ours.isEmpty
        }
        numbers.formUnion(descendants)
        for process in all where !numbers.contains(process.number) && carriesID(process.number) {
            numbers.insert(process.number)
        }
        numbers.remove(own)
        return numbers.compactMap { ProcessIdentity(of: $0) }
    }

    /// Those that carry the run's id, whoever's children they are.
    func hasMembersAnywhere() -> Bool {
        if let group, !group.members.isEmpty { return true }
        return Self.processes().contains { carriesID($0.number) }
    }

    func signal(_ number: Int32) {
        for process in members() { Self.signal(process, number) }
    }

    /// Kills until nobody is left, at most for so many rounds. Stops them first: what is stopped does not fork.
    /// - Returns: whether nobody is left.
    func kill(rounds: Int = 100) -> Bool {
        for _ in 0..<rounds {
            group?.kill()
            var stopped: Set<ProcessIdentity> = []
            while true {
                let running = members().filter { !stopped.contains($0) }
                if running.isEmpty || stopped.count > 100_000 { break }
                for process in running { Self.signal(process, SIGSTOP) }
                stopped.formUnion(running)
            }
            if stopped.isEmpty { return true }
            for process in stopped { Self.signal(process, SIGKILL) }
            Worker.pause(milliseconds: 5)
        }
        return members().isEmpty
    }

    /// Only if the number still means this process.
    static func signal(_ process: ProcessIdentity, _ number: Int32) {
        let descriptor = dv_pidfd_open(process.number)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        if !process.hasEnded { _ = dv_pidfd_signal(descriptor, number) }
    }

    private func carriesID(_ process: Int32) -> Bool { Self.values(of: ["DEBVISOR_RUN_ID"], in: process) == [run] }

    /// Its supervisor, or one of its command's processes.
    private func isOfAnotherRun(_ process: Int32) -> Bool {
        Self.values(of: [Self.supervisorMark, "DEBVISOR_RUN_ID"], in: process).contains { $0 != run }
    }

    /// Of the variables that a process was started with, those of these names.
    private static func values(of names: [String], in process: Int32) -> [String] {
        guard let bytes = try? ProcFile.read("/proc/\(process)/environ") else { return [] }
        let starts = names.map { Array("\($0)=".utf8) }
        return bytes.split(separator: 0).compactMap { entry in
            starts.first { entry.starts(with: $0) }
                .map { String(decoding: entry.dropFirst($0.count), as: UTF8.self) }
        }
    }

    /// Number and parent of every process (`proc_pid_stat(5)`).
    private static func processes() -> [(number: Int32, parent: Int32)] {
        var names: [String] = []
        // A list that cannot be had (no descriptor free) must not look as if nobody were there.
        for _ in 0..<100 where names.isEmpty {
            names = (try? Directory.names(in: "/proc")) ?? []
            if names.isEmpty { Worker.pause(milliseconds: 20) }
        }
        return names.compactMap { name in
            guard let number = Int32(name), let bytes = try? ProcFile.read("/proc/\(name)/stat", limit: 4096),
                let bracket = bytes.lastIndex(of: UInt8(ascii: ")"))
            else { return nil }
            let fields = String(decoding: bytes[(bracket + 1)...], as: UTF8.self).split(separator: " ")
            guard fields.count > 1, fields[0] != "Z", let parent = Int32(fields[1]) else { return nil }
            return (number, parent)
        }
    }
}
