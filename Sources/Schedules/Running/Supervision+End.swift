import CSystem
import DebVisorCore
import Glibc
import Platform

extension Supervision {
    /// Why the tree is being ended.
    private enum Cause { case timeout, cancelled, leftover }

    /// Waits for the end of the command and ends what is left, at its time limit or when somebody cancels it.
    func untilTheEnd() -> RunResult {
        var cause: Cause? = order.isCancelled ? .cancelled : nil
        while cause == nil, !hasEnded {
            wait(until: deadline)
            if isAskedToEnd { cause = .cancelled }
            if let deadline, ProcessTime.sinceBoot >= deadline, !hasEnded { cause = .timeout }
        }
        if let cause {
            endTree()
            settle(cause)
        } else {
            let exec = failureCode()
            settle(nil, exec)
            // What a limited run leaves behind would outlive its limit.
            if order.timeoutSeconds != nil, !tree.members().isEmpty {
                endTree()
                settle(.leftover)
            } else {
                drainAWhile()
            }
        }
        return finished()
    }

    /// Moves output and takes in signals until something ends or an instant after boot.
    private func wait(until instant: Double?) {
        var entries = [pollfd(fd: signals, events: Int16(POLLIN), revents: 0)]
        for stream in streams where stream.isOpen {
            entries.append(pollfd(fd: stream.readEnd, events: Int16(POLLIN), revents: 0))
        }
        var limit: Int32 = -1
        if let instant {
            limit = Int32(min(max((instant - ProcessTime.sinceBoot) * 1000 + 1, 0), 1_000_000_000))
        }
        // The end of a child that is not ours makes no signal.
        if order.adopted != nil { limit = limit < 0 ? 500 : min(limit, 500) }
        _ = poll(&entries, nfds_t(entries.count), limit)
        for stream in streams { stream.drain() }
        takeSignals()
        reap()
    }

    private func takeSignals() {
        while case let number = dv_next_signal(signals), number != 0 {
            if number == SIGTERM || number == SIGINT || number == SIGHUP { isAskedToEnd = true }
        }
    }

    /// TERM to all, and KILL for those that are still there after the grace.
    private func endTree() {
        result.escalation.append("TERM")
        tree.signal(SIGTERM)
        // Whoever is stopped hears of it only when it goes on.
        tree.signal(SIGCONT)
        let limit = ProcessTime.sinceBoot + Double(order.grace)
        while ProcessTime.sinceBoot < limit, !tree.members().isEmpty {
            wait(until: min(limit, ProcessTime.sinceBoot + 0.1))
        }
        guard !tree.members().isEmpty else { return }
        result.escalation.append("KILL")
        if !tree.kill() { result.escalation.append("survivors:\(tree.members().count)") }
        wait(until: ProcessTime.sinceBoot)
    }

    /// A grandchild may hold the pipe for ever: the command's last words need no second.
    private func drainAWhile() {
        let limit = ProcessTime.sinceBoot + 1
        while ProcessTime.sinceBoot < limit, streams.contains(where: \.isOpen), !tree.members().isEmpty {
            wait(until: limit)
        }
        for stream in streams { stream.drain() }
    }

    /// The errno value of a program that could not be started.
    private func failureCode() -> Int32? {
        guard failure >= 0 else { return nil }
        var entry = pollfd(fd: failure, events: Int16(POLLIN), revents: 0)
        var code: Int32 = 0
        guard poll(&entry, 1, 0) > 0, Glibc.read(failure, &code, 4) == 4 else { return nil }
        return code
    }

    private func settle(_ cause: Cause?, _ exec: Int32? = nil) {
        switch cause {
        case .timeout:
            result.outcome = .timeout
            result.reason = "it ran longer than \(order.timeoutSeconds ?? 0) s"
        case .cancelled:
            result.outcome = .cancelled
            result.reason = "its supervisor was asked to end it"
        case .leftover:
            result.reason = [result.reason, "processes that it left behind were ended"].compactMap(\.self)
                .joined(separator: "; ")
            return
        case nil:
            switch end {
            case _ where exec != nil:
                result.outcome = .failed
                result.reason = "cannot run '\(order.command.first ?? "")': \(String(cString: strerror(exec ?? 0)))"
            case .status(0): result.outcome = .completed
            case .status(let code):
                result.outcome = .failed
                result.reason = "it ended with status \(code)"
            case .signal(let number):
                result.outcome = .failed
                result.reason = "signal \(number) ended it"
            case nil:
                result.outcome = .lost
                result.reason = "its supervisor died; the command has ended, nobody knows how"
            }
        }
        if case .status(let code) = end, exec == nil { result.exitCode = code }
        if case .signal(let number) = end { result.signal = number }
    }

    private func finished() -> RunResult {
        reap()
        for stream in streams { stream.drain() }
        tree.group?.remove()
        result.endedAt = clock.now().milliseconds
        result.outputBytes = streams[0].spool.total
        result.errorBytes = streams[1].spool.total
        result.droppedBytes = streams.reduce(0) { $0 + $1.spool.dropped }
        result.keptBytes = streams.reduce(0) { $0 + $1.spool.kept }
        return result
    }
}
