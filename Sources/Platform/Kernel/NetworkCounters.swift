/// What one network device of this host passed on since it was made: a line of `/proc/net/dev`.
package struct NetworkCounters: Sendable, Equatable {
    package var name: String
    package var receivedBytes: UInt64
    package var receivedPackets: UInt64
    package var receiveErrors: UInt64
    package var receiveDrops: UInt64
    package var sentBytes: UInt64
    package var sentPackets: UInt64
    package var sendErrors: UInt64
    package var sendDrops: UInt64
    /// Bytes a second that the link can carry each way; nil if it does not say.
    package var speed: UInt64?
    /// Whether the link works; nil if it does not say.
    package var isUp: Bool?

    init?(line: Substring) {
        // The name may touch the first number.
        guard let colon = line.lastIndex(of: ":") else { return nil }
        let numbers = line[line.index(after: colon)...].words.compactMap { UInt64($0) }
        guard numbers.count >= 12, let name = line[..<colon].words.first else { return nil }
        self.name = String(name)
        (receivedBytes, receivedPackets, receiveErrors, receiveDrops) = (numbers[0], numbers[1], numbers[2], numbers[3])
        (sentBytes, sentPackets, sendErrors, sendDrops) = (numbers[8], numbers[9], numbers[10], numbers[11])
    }

    /// Every device of the text.
    package static func all(_ text: String) -> [NetworkCounters] {
        text.textLines.compactMap(NetworkCounters.init(line:))
    }
}
