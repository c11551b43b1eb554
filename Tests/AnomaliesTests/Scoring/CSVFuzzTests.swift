import DebVisorCore
import Glibc
import TestSupport
import Testing

@testable import Anomalies

/// Broken series: whatever comes in, rows before the flaw come out as they were, and the flaw has a place.
@Suite struct CSVFuzzTests {
    /// Inputs; `SOAK` in the environment makes them a million.
    static let count = getenv("SOAK") == nil ? 20_000 : 1_000_000

    @Test func anyInput() throws {
        var random = SeededRandom(seed: 20_000)
        var (whole, broken) = (0, 0)
        for _ in 0..<Self.count {
            let input = Self.input(using: &random)
            let scored = try Scored(input)
            try expect(scored, input)
            if scored.fault == nil { whole += 1 } else { broken += 1 }
        }
        // Else it would be tried only how one of them ends.
        #expect(whole > Self.count / 50 && broken > Self.count / 50)
    }

    private func expect(_ scored: Scored, _ input: [UInt8]) throws {
        let read = input.split(separator: 10, omittingEmptySubsequences: false)
        let written = scored.output.split(separator: 10, omittingEmptySubsequences: false)
        // Each line of output is one of input and nothing else but the score.
        for (before, after) in zip(read, written.dropLast()) {
            let text = before.last == 13 ? before.dropLast() : before
            guard after.starts(with: text) else {
                Issue.record("\(String(decoding: input, as: UTF8.self)) became \(scored.text)")
                return
            }
        }
        #expect(written.count <= read.count + 1)
        if let fault = scored.fault {
            let place = fault.message.split(separator: ":")
            #expect(place.count >= 4 && Int(place[1]) != nil && Int(place[2]) != nil, "\(fault.message)")
            let line = Int(place[1]) ?? 0
            #expect(line <= read.count && written.count - 1 <= max(line - 1, 0), "\(fault.message)")
        }
    }

    private static let words = [
        "timestamp,value", "2014-04-01 00:00:00,18.3", "1396310400,7", "2014-04-01T00:00:00Z,1e5", ",", "1,nan", "\r",
        "\0", "\"", "1,2,3", "1396310400000,0.1234567890123456789", "-", "", " ", "9999-99-99 99:99:99,9", "\u{FEFF}",
    ]

    /// Good rows of which something was changed, mostly.
    private static func input(using random: inout SeededRandom) -> [UInt8] {
        var bytes: [UInt8] = []
        if Int.random(in: 0..<10, using: &random) > 0 { bytes += Array("timestamp,value\n".utf8) }
        for row in 0..<Int.random(in: 0...12, using: &random) {
            if Int.random(in: 0..<20, using: &random) == 0 {
                bytes += Array((words.randomElement(using: &random) ?? "").utf8)
            } else {
                bytes += Array("\(1_396_310_400 + row * 60),\(Double.random(in: -10...10, using: &random))".utf8)
            }
            bytes.append(10)
        }
        guard Int.random(in: 0..<3, using: &random) > 0 else { return bytes }
        for _ in 0..<Int.random(in: 0...2, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }
}
