import Glibc
import Synchronization

extension Console {
    /// The streams, the terminal and the clocks of this process.
    package static let live = Console(
        write: { stream, text in Descriptor.write(text, to: stream.rawValue) },
        writeBytes: { stream, bytes in Descriptor.write(bytes, to: stream.rawValue) },
        outputTrouble: Descriptor.outputTrouble,
        isTerminal: { isatty($0.rawValue) == 1 },
        width: Terminal.width,
        environment: { name in getenv(name).map { String(cString: $0) } },
        now: { Terminal.milliseconds(of: CLOCK_REALTIME) },
        uptime: { Terminal.milliseconds(of: CLOCK_MONOTONIC) },
        canAsk: { isatty(0) == 1 && isatty(2) == 1 },
        ask: Terminal.ask)
}

/// Writing to a file descriptor.
enum Descriptor {
    /// The number of the last error of stdout that is not EPIPE.
    private static let trouble = Mutex<Int32>(0)

    static func outputTrouble() -> String? {
        let code = trouble.withLock { $0 }
        return code == 0 ? nil : String(cString: strerror(code))
    }

    /// Writes all of it; false when the reader is gone or the descriptor takes no more.
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { write(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if count > 0 {
                done += count
            } else if errno == EAGAIN {
                waitUntilWritable(descriptor)
            } else if errno != EINTR {
                let code = errno
                if descriptor == STDOUT_FILENO, code != EPIPE { trouble.withLock { $0 = code } }
                return false
            }
        }
        return true
    }

    /// A terminal that another process made non-blocking takes less than we have.
    private static func waitUntilWritable(_ descriptor: Int32) {
        var item = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&item, 1, -1)
    }
}
