/// Where a program meets the person: streams, terminal, environment, clocks. `live` is the real one; tests make theirs.
package struct Console: Sendable {
    package enum Stream: Int32, Sendable {
        case output = 1
        case error = 2
    }

    /// Writes all of the text; false when the reader is gone (EPIPE), or nothing more can be written (`outputTrouble`).
    package var write: @Sendable (Stream, String) -> Bool
    /// The same of bytes that need be no text.
    package var writeBytes: @Sendable (Stream, UnsafeRawBufferPointer) -> Bool
    /// Why stdout takes no more though its reader is not gone, as the system says it: `No space left on device`.
    package var outputTrouble: @Sendable () -> String?
    package var isTerminal: @Sendable (Stream) -> Bool
    /// Columns of the terminal, 80 without one.
    package var width: @Sendable () -> Int
    package var environment: @Sendable (String) -> String?
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package var now: @Sendable () -> Int64
    /// Milliseconds of a clock that is never set.
    package var uptime: @Sendable () -> Int64
    /// Whether there is a person who can be asked.
    package var canAsk: @Sendable () -> Bool
    /// Shows a prompt and reads a line, with or without echo; nil at the end of input, or when `isStopped` says so.
    package var ask: @Sendable (_ prompt: String, _ isEchoed: Bool, _ isStopped: () -> Bool) -> String?

    package init(
        write: @escaping @Sendable (Stream, String) -> Bool,
        writeBytes: (@Sendable (Stream, UnsafeRawBufferPointer) -> Bool)? = nil,
        outputTrouble: @escaping @Sendable () -> String? = { nil },
        isTerminal: @escaping @Sendable (Stream) -> Bool = { _ in false },
        width: @escaping @Sendable () -> Int = { 80 },
        environment: @escaping @Sendable (String) -> String? = { _ in nil },
        now: @escaping @Sendable () -> Int64 = { 0 },
        uptime: @escaping @Sendable () -> Int64 = { 0 },
        canAsk: @escaping @Sendable () -> Bool = { false },
        ask: @escaping @Sendable (_ prompt: String, _ isEchoed: Bool, _ isStopped: () -> Bool) -> String? = {
            _, _, _ in nil
        }
    ) {
        self.write = write
        self.writeBytes = writeBytes ?? { write($0, String(decoding: $1, as: UTF8.self)) }
        self.outputTrouble = outputTrouble
        self.isTerminal = isTerminal
        self.width = width
        self.environment = environment
        self.now = now
        self.uptime = uptime
        self.canAsk = canAsk
        self.ask = ask
    }
}
