import DebVisorCore
import Glibc
import Testing

@testable import Anomalies

/// A run of the scorer over bytes that come through a pipe, as they do.
struct Scored {
    var output: [UInt8] = []
    var summary: ScoringSummary?
    var fault: Fault?

    var text: String { String(decoding: output, as: UTF8.self) }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() }

    /// - Parameter piece: bytes that are written at a time; all at once must fit into a pipe, 64 KiB.
    init(_ input: [UInt8], detector: AnomalyDetector = AnomalyDetector()) throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let isWhole = input.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) } == input.count
        close(ends[1])
        try #require(isWhole)
        var output: [UInt8] = []
        do {
            summary = try CSVScorer(ends[0], name: "load.csv", detector: detector).run { output += $0 }
        } catch let error as Fault {
            fault = error
        }
        self.output = output
    }

    init(_ input: String) throws { try self.init(Array(input.utf8)) }
}
