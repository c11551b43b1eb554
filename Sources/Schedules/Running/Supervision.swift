import CSystem
import DebVisorCore
import Glibc
import Platform

/// One command, from its start behind a gate to the end of its last process.
final class Supervision {
    let order: RunOrder
    let signals: Int32
    let clock: any WallClock
    let streams: [RunStream]
    let tree: ProcessTree
    let command: RunProcess
    /// Readable when the command's program could not be started; -1 for one that was taken over.
    let failure: Int32
    private let gate: Int32
    private let isOurChild: Bool
    /// Seconds after boot.
    let deadline: Double?
    var result: RunResult
    /// How the command itself ended, once it has.
    var end: ChildProcess.End?
    var hasEnded = false
    var isAskedToEnd = false

    init(_ order: RunOrder, _ files: RunFiles, signals: Int32, _ clock: any WallClock) throws {
        self.order = order
        self.clock = clock
        self.signals = signals
        streams = try [.output, .errors].map { try RunStream(files, $0, isNew: order.adopted == nil) }
        result = RunResult(claim: order.claim, .lost, endedAt: 0)
        isOurChild = order.adopted == nil
        if let adopted = order.adopted {
            command = adopted
            (gate, failure) = (-1, -1)
            let group =
                order.usesControlGroups
                ? ControlGroup(of: adopted.identity.number, in: order.run) ?? ControlGroup(existing: order.run) : nil
            tree = ProcessTree(run: order.run, group: group)
            deadline = order.timeoutSeconds.map { adopted.identity.startedAfterBoot + Double($0) }
            return
        }
        let prepared = try RunCommand(order)
        let start = try GatedStart(prepared, streams)
        (gate, failure) = (start.gate, start.failure)
        guard let holder = ClaimHolder(of: start.process) else {
            throw Fault(.unavailable, "cannot see processes in /proc")
        }
        command = holder.process
        let group = order.usesControlGroups ? ControlGroup(for: order.run) : nil
        let isInGroup = group?.add(start.process) == true
        if !isInGroup { group?.remove() }
        tree = ProcessTree(run: order.run, group: isInGroup ? group : nil)
        deadline = order.timeoutSeconds.map { ProcessTime.sinceBoot + Double($0) }
    }

    /// Tells the launcher who the command is, and opens the gate once the ledger knows.
    func beginsWhenTold(over channel: Channel) -> Bool {
        Failpoint.pass("run.identity.before")
        // A launcher that has died meanwhile cannot hear it; nor will it say go.
        try? channel.send(Array(ClaimHolder(process: command).description.utf8))
        let answer = channel.receive()
        guard answer == [UInt8(ascii: "g")] else {
            close(gate)
            return false
        }
        Failpoint.pass("run.gate.before")
        var byte: UInt8 = 1
        _ = Glibc.write(gate, &byte, 1)
        close(gate)
        Failpoint.pass("run.gate.after")
        return true
    }

    var notStarted: RunResult {
        RunResult(claim: order.claim, .notStarted, endedAt: clock.now().milliseconds)
    }

    /// Takes in all ends of children: of the command, and of its orphans, which become ours.
    func reap() {
        while true {
            var status: Int32 = 0
            let process = waitpid(-1, &status, WNOHANG)
            guard process > 0 else { break }
            guard isOurChild, process == command.identity.number else { continue }
            let code = dv_wait_status(status)
            end = code < 0 ? .signal(-code) : .status(code)
            hasEnded = true
        }
        // Somebody else's child: its end can be seen, not how.
        if !isOurChild, command.identity.hasEnded { hasEnded = true }
    }
}

/// A child that waits behind a gate.
private struct GatedStart {
    let process: Int32
    let gate: Int32
    let failure: Int32

    init(_ command: RunCommand, _ streams: [RunStream]) throws {
        let outputs = try streams.map { try $0.openWriteEnd(for: command.account) }
        var gateEnds: [Int32] = [-1, -1]
        var failureEnds: [Int32] = [-1, -1]
        defer { for descriptor in outputs + [gateEnds[0], failureEnds[1]] { close(descriptor) } }
        guard dv_pipe(&gateEnds) == 0, dv_pipe(&failureEnds) == 0 else { throw Fault.system(errno, "make", "pipe") }
        var descriptors = RunCommand.Descriptors(output: outputs[0], errors: outputs[1])
        (descriptors.gate, descriptors.gateEnd, descriptors.failure) = (gateEnds[0], gateEnds[1], failureEnds[1])
        process = command.start(descriptors)
        guard process > 0 else { throw Fault.system(-process, "run", command.path) }
        (gate, failure) = (gateEnds[1], failureEnds[0])
    }
}

extension ClaimHolder {
    init?(of process: Int32) {
        guard let boot = Host.bootID, let identity = ProcessIdentity(of: process) else { return nil }
        self.init(process: RunProcess(bootID: boot, identity: identity))
    }
}
