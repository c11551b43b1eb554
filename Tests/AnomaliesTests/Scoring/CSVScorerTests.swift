import DebVisorCore
import Glibc
import Testing

@testable import Anomalies

@Suite struct CSVScorerTests {
    @Test("Time and value are written as they were read, and the score behind them")
    func byteForByte() throws {
        let rows = [
            "2014-04-01 00:00:00,18.324918539200002", "2014-04-01T00:05:00Z,+1.50", "2014-04-01T00:10:00.25+02:00,-0",
            "1396310400,1e3", "1396310400.5,00012", "1396310400000, 7 ", "\"2014-04-01 00:00:00\",\"5\"",
            "2014-04-01 00:00:00 ,.5", "0,5.", "-86400,1E-400",
        ]
        let scored = try Scored("timestamp,value\n" + rows.joined(separator: "\n") + "\n")
        #expect(scored.fault == nil)
        #expect(scored.lines == ["timestamp,value,anomaly_score"] + rows.map { "\($0),0.000000" })
        #expect(scored.summary?.rows == rows.count)
        #expect(scored.summary?.backwardStamps == 4)
        #expect(scored.summary?.firstBackward == 4)
    }

    @Test("Line ends stay what they are; the last one may be missing; empty lines may follow")
    func lineEnds() throws {
        #expect(try Scored("timestamp,value\r\n1,2\r\n").text == "timestamp,value,anomaly_score\r\n1,2,0.000000\r\n")
        #expect(try Scored("timestamp,value\n1,2").text == "timestamp,value,anomaly_score\n1,2,0.000000\n")
        #expect(try Scored("timestamp,value\n1,2\n\n\r\n").text == "timestamp,value,anomaly_score\n1,2,0.000000\n")
        #expect(try Scored("timestamp,value").text == "timestamp,value,anomaly_score\n")
        #expect(try Scored("\u{FEFF}\"timestamp\", \"value\"\n").fault == nil)
    }

    static let flaws: [(String, Int, Int, String)] = [
        ("", 1, 1, "there is no header"),
        ("1,2\n", 1, 1, "the header is '1,2'"),
        ("value,timestamp\n", 1, 1, "the header is 'value,timestamp'"),
        ("timestamp,value\n1,2\n2014-04-01 00:0", 3, 16, "one column"),
        ("timestamp,value\n2014-04-01 00:0,5\n", 2, 1, "'2014-04-01 00:0' is not a timestamp"),
        ("timestamp,value\n2014-02-29 00:00:00,5\n", 2, 1, "is not a timestamp"),
        ("timestamp,value\n2014-02-28 24:00:00,5\n", 2, 1, "is not a timestamp"),
        ("timestamp,value\n1e300,5\n", 2, 1, "'1e300' is not a timestamp"),
        ("timestamp,value\nyesterday,5\n", 2, 1, "'yesterday' is not a timestamp"),
        ("timestamp,value\n1,2,3\n", 2, 4, "3 columns"),
        ("timestamp,value\n1,2,,\n", 2, 4, "4 columns"),
        ("timestamp,value\n1,\n", 2, 3, "the value is missing"),
        ("timestamp,value\n1,nan\n", 2, 3, "'nan' is not a finite number"),
        ("timestamp,value\n1,-Inf\n", 2, 3, "'-Inf' is not a finite number"),
        ("timestamp,value\n1,1e999\n", 2, 3, "'1e999' is too large"),
        ("timestamp,value\n1,1.2.3\n", 2, 6, "'1.2.3' is not a number"),
        ("timestamp,value\n1,0x10\n", 2, 4, "'0x10' is not a number"),
        ("timestamp,value\n1,12e\n", 2, 6, "'12e' is not a number"),
        ("timestamp,value\n1,\u{0}\u{1}\n", 2, 3, "'\\x00\\x01' is not a number"),
        ("timestamp,value\n1,2\n\n3,4\n", 3, 1, "the line is empty"),
    ]

    @Test("What is no row is told by line and column, after the rows before it were written", arguments: flaws)
    func flaw(input: String, line: Int, column: Int, reason: String) throws {
        let scored = try Scored(input)
        let fault = try #require(scored.fault)
        #expect(fault.kind == .failed)
        #expect(fault.message.hasPrefix("load.csv:\(line):\(column): "), "\(fault.message)")
        #expect(fault.message.contains(reason), "\(fault.message)")
        #expect(scored.lines.count <= line - 1 && scored.summary == nil)
        if line == 3 { #expect(scored.text == "timestamp,value,anomaly_score\n1,2,0.000000\n") }
    }

    @Test("A line may be as long as the longest, and is refused beyond, however long it goes on")
    func longLines() throws {
        let file = try TemporaryFile(Array("timestamp,value\n1,".utf8))
        try file.append([UInt8](repeating: UInt8(ascii: "0"), count: LineReader.longestLine - 3))
        try file.append(Array("7\n2,".utf8))
        for _ in 0..<160 { try file.append([UInt8](repeating: UInt8(ascii: "1"), count: 65_536)) }
        var count = 0
        let scorer = CSVScorer(file.descriptor, name: "long.csv", detector: AnomalyDetector())
        do {
            _ = try scorer.run { count += $0.count }
            Issue.record("10 MiB are no line")
        } catch let fault as Fault {
            #expect(fault.message == "long.csv:3:1: the line is longer than 65536 bytes")
        }
        #expect(
            count == "timestamp,value,anomaly_score\n".utf8.count + LineReader.longestLine + ",0.000000\n".utf8.count)
    }

    @Test("Whatever way the input is cut into reads, the output is the same")
    func pieces() throws {
        let rows = Restless.series(3000, seed: 2)
        let input = "timestamp,value\n" + rows.map { "\($0.stamp),\($0.value)\n" }.joined()
        let file = try TemporaryFile(Array(input.utf8))
        var whole: [UInt8] = []
        _ = try CSVScorer(file.descriptor, name: "f", detector: AnomalyDetector()).run { whole += $0 }
        #expect(try SlowPipe.scored(Array(input.utf8), piece: 997) == whole)
        let detector = AnomalyDetector()
        for (line, row) in zip(String(decoding: whole, as: UTF8.self).split(separator: "\n").dropFirst(), rows) {
            let score = try detector.score(row.value, at: row.stamp).score
            let written = try #require(line.split(separator: ",").last.flatMap { Double($0) })
            #expect(abs(written - score) <= 5.1e-7)
        }
    }

    @Test("What ends the output ends the run")
    func brokenOutput() throws {
        let file = try TemporaryFile(Array("timestamp,value\n1,2\n".utf8))
        #expect(throws: Fault.self) {
            let scorer = CSVScorer(file.descriptor, name: "f", detector: AnomalyDetector())
            _ = try scorer.run { _ in throw Fault(.failed, "the disk is full") }
        }
    }

    @Test("A descriptor that cannot be read is told")
    func noInput() {
        #expect(throws: Fault.self) {
            let scorer = CSVScorer(-1, name: "nowhere.csv", detector: AnomalyDetector())
            _ = try scorer.run { _ in }
        }
    }
}
