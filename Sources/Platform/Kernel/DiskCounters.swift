/// What one block device of this host did since it booted: a line of `/proc/diskstats`
/// (Documentation/admin-guide/iostats.rst of the kernel).
package struct DiskCounters: Sendable, Equatable {
    package var name: String
    package var reads: UInt64
    package var readBytes: UInt64
    package var readSeconds: Double
    package var writes: UInt64
    package var writeBytes: UInt64
    package var writeSeconds: Double
    /// Requests under way.
    package var requestsNow: UInt64
    /// Seconds in which at least one was.
    package var busySeconds: Double
    /// The same, times how many were.
    package var weightedSeconds: Double

    /// - Returns: nil for a line of another form: partitions had fewer numbers once.
    init?(line: Substring) {
        let words = line.words
        guard words.count >= 14 else { return nil }
        let numbers = words[3..<14].map { UInt64($0) }
        var known: [UInt64] = []
        for case let number? in numbers { known.append(number) }
        guard known.count == 11 else { return nil }
        name = String(words[2])
        (reads, readBytes, readSeconds) = (known[0], known[2] &* 512, Double(known[3]) / 1000)
        (writes, writeBytes, writeSeconds) = (known[4], known[6] &* 512, Double(known[7]) / 1000)
        (requestsNow, busySeconds, weightedSeconds) = (known[8], Double(known[9]) / 1000, Double(known[10]) / 1000)
    }

    /// Every device of the text, partitions too.
    package static func all(_ text: String) -> [DiskCounters] { text.textLines.compactMap(DiskCounters.init(line:)) }

    /// Whether it is one to watch: no loop, no disk in memory, no diskette, and one that ever did something.
    var isOfInterest: Bool {
        let kinds = ["loop", "ram", "zram", "fd", "sr"]
        let isOdd = kinds.contains { kind in
            name.hasPrefix(kind) && name.dropFirst(kind.count).allSatisfy(\.isNumber)
        }
        return !isOdd && reads + writes > 0
    }
}
