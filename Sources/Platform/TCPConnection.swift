import Glibc

/// One connection of a server: what came in, what is going out, and until when the next step must have happened.
struct TCPConnection {
    enum Stage {
        /// For the rest of a request, or the next one.
        case receiving
        case sending
        /// All was said; the other side may still send what nobody reads, else it might not see the end of the answer.
        case lingering
    }

    let descriptor: Int32
    private(set) var stage = Stage.receiving
    private(set) var deadline: ContinuousClock.Instant
    var received: [UInt8] = []
    /// Whether it was answered, and has asked for nothing since.
    var isIdle: Bool { wasAnswered && stage == .receiving && received.isEmpty }
    private var wasAnswered = false
    private var output: [[UInt8]] = []
    private var sent = 0
    private var closesAfterwards = false
    private var lingered = 0
    private let limits: TCPServer.Limits

    init(_ descriptor: Int32, _ limits: TCPServer.Limits) {
        (self.descriptor, self.limits) = (descriptor, limits)
        deadline = .now + limits.request
    }

    /// What `poll` is to look for.
    var events: Int16 { Int16(stage == .sending ? POLLOUT : POLLIN) }

    /// Takes in what has come. - Returns: false if the connection is over.
    mutating func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            if stage == .lingering {
                lingered += count
                guard lingered < 1 << 20 else { return false }
                continue
            }
            if isIdle { deadline = .now + limits.request }
            received += buffer[..<count]
            // The rest can wait in the kernel until somebody has looked at this.
            if received.count >= limits.received { return true }
        }
    }

    /// Begins to answer. - Parameter count: bytes of what came in that are answered.
    mutating func answer(_ pieces: [[UInt8]], to count: Int, thenCloses closes: Bool) {
        received.removeFirst(min(count, received.count))
        (output, sent, closesAfterwards) = (pieces.filter { !$0.isEmpty }, 0, closes)
        (stage, deadline, wasAnswered) = (.sending, .now + limits.sending, true)
    }

    /// Sends what the other side takes. - Returns: false if the connection is over.
    mutating func send() -> Bool {
        while let piece = output.first {
            let count = piece.withUnsafeBytes { bytes in
                Glibc.send(
                    descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count >= 0 else { return errno == EAGAIN || errno == EINTR }
            sent += count
            if sent == piece.count {
                output.removeFirst()
                sent = 0
            }
        }
        guard closesAfterwards else {
            (stage, deadline) = (.receiving, .now + (received.isEmpty ? limits.idle : limits.request))
            return true
        }
        shutdown(descriptor, Int32(SHUT_WR))
        (stage, deadline) = (.lingering, .now + limits.lingering)
        return true
    }
}
