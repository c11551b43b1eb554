import Platform
import TestSupport
import Testing

@testable import Schedules

@Suite struct OutputSpoolTests {
    /// Against a model: the whole stream in memory.
    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 262_143, 262_144, 262_145, 300_000, 1_000_003])
    func keepsHeadAndTail(count: Int) throws {
        let fixture = try ScheduleFixture()
        let path = fixture.state.file("spool")
        var random = SeededRandom(seed: UInt64(count))
        let stream = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        var position = 0
        var spool = try OutputSpool(path)
        while position < count {
            let step = min(Int.random(in: 1...70_000, using: &random), count - position)
            stream[position..<position + step].withUnsafeBytes { spool.append($0) }
            position += step
            // Another supervisor goes on with it.
            if Bool.random(using: &random) { spool = try OutputSpool(path) }
            let output = try #require(try OutputSpool.readIfThere(path))
            #expect(output.total == Int64(position))
            #expect(output.head == Array(stream[..<min(position, 65_536)]))
            #expect(output.tail == Array(stream[max(min(position, 65_536), position - 196_608)..<position]))
        }
        #expect(try OutputSpool.readIfThere(path)?.total == Int64(count))
        #expect(try OutputSpool.readIfThere(path + ".none") == nil)
    }

    @Test func followsFromAPosition() {
        let output = RunOutput(head: Array("abc".utf8), dropped: 2, tail: Array("fgh".utf8))
        #expect(output.bytes(after: 0) == Array("abcfgh".utf8))
        #expect(output.bytes(after: 2) == Array("cfgh".utf8))
        #expect(output.bytes(after: 4) == Array("fgh".utf8))
        #expect(output.bytes(after: 6) == Array("gh".utf8))
        #expect(output.bytes(after: 8).isEmpty && output.bytes(after: 99).isEmpty)
        #expect(output.total == 8)
    }
}
