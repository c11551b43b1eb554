/// A compiled zone file (TZif, RFC 9636) of version 1 to 4, as read from untrusted bytes.
struct ZoneFile {
    struct Damage: Error {
        /// Lower case, without a full stop.
        var reason: String
    }

    private(set) var transitions: [ZoneTransition] = []
    /// Before the first transition.
    private(set) var first: ZoneClock
    /// After the last transition; nil if the last clock stays.
    private(set) var footer: PosixTimeZone?

    init(_ bytes: [UInt8]) throws(Damage) {
        var reader = ZoneFileReader(bytes: bytes)
        var header = try ZoneFileHeader(&reader)
        var timeSize = 4
        if header.version >= Int(UInt8(ascii: "2")) {
            // The 32-bit block of version 1 stays in front, for old readers.
            try reader.skip(header.blockSize(timeSize: 4))
            header = try ZoneFileHeader(&reader)
            timeSize = 8
        }
        guard header.leapSeconds == 0 else {
            throw Damage(reason: "it counts leap seconds, which this system's clock does not")
        }
        let times = try (0..<header.transitions).map { (_) throws(Damage) in try reader.signed(timeSize) }
        let indices = try (0..<header.transitions).map { (_) throws(Damage) in try reader.byte() }
        let clocks = try Self.clocks(&reader, header)
        try reader.skip(header.indicators)
        guard let first = clocks.first else { throw Damage(reason: "it has no clock") }
        self.first = first
        for (time, index) in zip(times, indices) {
            guard time > transitions.last?.time ?? -ZoneInterval.forever, time < ZoneInterval.forever else {
                throw Damage(reason: "its transitions are not in order")
            }
            guard clocks.indices.contains(index) else { throw Damage(reason: "a transition leads to no clock") }
            transitions.append(ZoneTransition(time: time, clock: clocks[index]))
        }
        guard timeSize == 8 else { return }
        let text = try reader.line()
        guard !text.isEmpty else { return }
        guard let rule = PosixTimeZone(text) else { throw Damage(reason: "its rule '\(text)' cannot be read") }
        footer = rule
    }

    private static func clocks(
        _ reader: inout ZoneFileReader, _ header: ZoneFileHeader
    ) throws(Damage) -> [ZoneClock] {
        let records = try (0..<header.clocks).map { (_) throws(Damage) in
            (offset: try reader.signed(4), isDaylightSaving: try reader.byte() != 0, name: try reader.byte())
        }
        let names = try reader.bytes(header.characters)
        return try records.map { (record) throws(Damage) in
            guard record.name < names.count, abs(record.offset) < 26 * 3600 else {
                throw Damage(reason: "one of its clocks has no name or an impossible offset")
            }
            let name = String(decoding: names[(names.startIndex + record.name)...].prefix { $0 != 0 }, as: UTF8.self)
            return ZoneClock(
                utcOffset: record.offset, isDaylightSaving: record.isDaylightSaving, abbreviation: name)
        }
    }
}
