/// `TZif`, the version, 15 unused bytes, six counts of 32 bits.
struct ZoneFileHeader {
    /// NUL for 1, then digits.
    var version: Int
    /// Bytes that say of transitions from rules whether they meant UTC or standard time; not of use here.
    var indicators: Int
    var leapSeconds: Int
    var transitions: Int
    var clocks: Int
    var characters: Int

    init(_ reader: inout ZoneFileReader) throws(ZoneFile.Damage) {
        guard try Array(reader.bytes(4)) == Array("TZif".utf8) else {
            throw ZoneFile.Damage(reason: "it is not a zone file")
        }
        version = try reader.byte()
        try reader.skip(15)
        var counts: [Int] = []
        for _ in 0..<6 { counts.append(try reader.count()) }
        indicators = counts[0] + counts[1]
        (leapSeconds, transitions, clocks, characters) = (counts[2], counts[3], counts[4], counts[5])
    }

    /// Bytes of what follows the header.
    func blockSize(timeSize: Int) -> Int {
        transitions * (timeSize + 1) + clocks * 6 + characters + leapSeconds * (timeSize + 4) + indicators
    }
}
