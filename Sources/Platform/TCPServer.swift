import DebVisorCore
import Glibc

/// Answers requests over TCP on one thread: slow or silent clients cost a little memory for a little while, and nothing else.
package struct TCPServer {
    package struct Limits: Sendable {
        /// Above so many connections the one that has waited longest without asking is closed.
        package var connections = 200
        /// Bytes of a request that are kept.
        package var received = 16 << 10
        /// How long a request may take to come, an answer to be taken, a connection to be silent, and to close.
        package var request = Duration.seconds(10)
        package var sending = Duration.seconds(30)
        package var idle = Duration.seconds(90)
        package var lingering = Duration.seconds(2)

        package init() {}
    }

    /// What is to be done about the bytes that came.
    package enum Answer: Sendable {
        /// The request goes on.
        case more
        /// Bytes to send, and to how many of those received; then the connection may end.
        case reply([[UInt8]], to: Int, thenCloses: Bool)
    }

    private let listener: TCPListener
    private let limits: Limits
    private let manager: ServiceManager

    package init(_ listener: TCPListener, _ limits: Limits = Limits(), _ manager: ServiceManager = ServiceManager()) {
        (self.listener, self.limits, self.manager) = (listener, limits, manager)
    }

    /// Serves until `stop` says so; what is being sent then has a moment to get there. Blocks its thread.
    ///
    /// Tells the service manager READY, WATCHDOG and STOPPING where `NOTIFY_SOCKET` is set.
    /// - Parameters:
    ///   - stop: a descriptor that becomes readable when it shall end.
    ///   - answer: looks at what a connection has received, which is not empty. Other clients wait meanwhile.
    package func serve(until stop: Int32, answer: ([UInt8]) -> Answer) {
        var connections: [TCPConnection] = []
        defer { for connection in connections { close(connection.descriptor) } }
        manager.ready()
        while true {
            manager.alive()
            var entries = [pollfd(fd: stop, events: Int16(POLLIN), revents: 0)]
            entries.append(pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0))
            entries += connections.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
            guard poll(&entries, nfds_t(entries.count), patience(connections)) >= 0 else { continue }
            if entries[0].revents != 0 { break }
            for index in connections.indices.reversed() {
                let isAlive = entries[index + 2].revents == 0 || step(&connections[index], answer)
                if !isAlive || connections[index].deadline <= .now {
                    close(connections[index].descriptor)
                    connections.remove(at: index)
                }
            }
            if entries[1].revents != 0 { acceptAll(&connections) }
        }
        manager.stopping()
        finish(&connections, answer)
    }

    /// Milliseconds until something has to be done even if nothing comes.
    private func patience(_ connections: [TCPConnection]) -> Int32 {
        let next = connections.map(\.deadline).min().map(Deadline.milliseconds(until:)) ?? -1
        guard let watchdog = manager.watchdogInterval.map({ Int32(clamping: $0) }) else { return next }
        return next < 0 ? watchdog : min(next, watchdog)
    }

    /// - Returns: false if the connection is over.
    private func step(_ connection: inout TCPConnection, _ answer: ([UInt8]) -> Answer) -> Bool {
        switch connection.stage {
        case .sending:
            guard connection.send() else { return false }
            return connection.stage != .receiving || consider(&connection, answer)
        case .receiving, .lingering:
            let goesOn = connection.receive()
            // A client that has asked may close its side and still wants the answer.
            guard connection.stage == .receiving, !connection.received.isEmpty else { return goesOn }
            return consider(&connection, answer) && (goesOn || connection.stage != .receiving)
        }
    }

    /// Answers what is complete. - Returns: false if the connection is over.
    private func consider(_ connection: inout TCPConnection, _ answer: ([UInt8]) -> Answer) -> Bool {
        while connection.stage == .receiving, !connection.received.isEmpty {
            guard case .reply(let pieces, let count, let closes) = answer(connection.received) else { return true }
            connection.answer(pieces, to: count, thenCloses: closes)
            guard connection.send() else { return false }
        }
        return true
    }

    private func acceptAll(_ connections: inout [TCPConnection]) {
        while true {
            if connections.count >= limits.connections { closeOne(of: &connections) }
            do {
                guard let peer = try listener.accept() else { return }
                connections.append(TCPConnection(peer, limits))
            } catch {
                // No more files can be opened: the next one waits in the kernel until one is closed.
                guard !connections.isEmpty else { return }
                closeOne(of: &connections)
            }
        }
    }

    /// Idle ones first, then those that ask slowly, the oldest of them; answers are let through.
    private func closeOne(of connections: inout [TCPConnection]) {
        let place =
            connections.firstIndex { $0.isIdle } ?? connections.firstIndex { $0.stage != .sending } ?? 0
        close(connections[place].descriptor)
        connections.remove(at: place)
    }

    /// Sends what is under way, for a moment.
    private func finish(_ connections: inout [TCPConnection], _ answer: ([UInt8]) -> Answer) {
        let end = ContinuousClock.now + limits.lingering
        while connections.contains(where: { $0.stage == .sending }), end > .now {
            var entries = connections.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
            guard poll(&entries, nfds_t(entries.count), Deadline.milliseconds(until: end)) > 0 else { continue }
            for index in connections.indices.reversed() where entries[index].revents != 0 {
                let isSending = connections[index].stage == .sending
                guard !isSending || !connections[index].send() || connections[index].stage != .sending else { continue }
                close(connections[index].descriptor)
                connections.remove(at: index)
            }
        }
    }
}
