import DebVisorCore

/// Scores a series as it streams by: lines `timestamp,value` in, the same with `anomaly_score` out.
///
/// What was read is written byte for byte, line ends too; what can be written is, before more is waited for.
package struct CSVScorer: ~Copyable {
    /// Where output goes. - Throws: whatever ended it; scoring ends with that.
    package typealias Sink = (UnsafeRawBufferPointer) throws -> Void

    /// Hears of each row once it is scored: seconds since 1970, value, verdict; before the sink gets the row's bytes.
    package typealias Listener = (_ seconds: Double, _ value: Double, _ verdict: Verdict) -> Void

    private static let header = Array("timestamp,value".utf8)
    private static let scoreName = Array("anomaly_score".utf8)

    private let name: String
    private let detector: AnomalyDetector
    private let listener: Listener?
    private var reader: LineReader
    private var stamps = StampText()
    private var output = ByteBuffer()
    private var summary = ScoringSummary()
    /// The first of the empty lines just read: they may only end the input.
    private var emptyLine: Int?

    /// - Parameters:
    ///   - descriptor: stays open; read from where it stands.
    ///   - name: what messages call it: a path or `standard input`.
    package init(_ descriptor: Int32, name: String, detector: AnomalyDetector, listener: Listener? = nil) {
        self.listener = listener
        self.name = name
        self.detector = detector
        reader = LineReader(descriptor, name: name)
    }

    /// Reads to the end.
    /// - Throws: `failed` with line and column for what is not a row, after the rows before it were written; what the system
    ///   says of the input; what `sink` throws.
    package consuming func run(into sink: Sink) throws -> ScoringSummary {
        do {
            while true {
                switch reader.next() {
                case .line(let line): try take(line, sink)
                case .more:
                    try output.flush(into: sink)
                    try reader.fill()
                case .tooLong:
                    throw fault(1, "the line is longer than \(LineReader.longestLine) bytes")
                case .end:
                    guard reader.line > 0 else { throw fault(line: 1, 1, "there is no header 'timestamp,value'") }
                    try output.flush(into: sink)
                    return summary
                }
            }
        } catch let fault as Fault {
            try output.flush(into: sink)
            throw fault
        }
    }

    @inline(__always)
    private mutating func take(_ whole: UnsafeBufferPointer<UInt8>, _ sink: Sink) throws {
        // A line end of two bytes is the line's, not the value's.
        let isWide = whole.last == 13
        let line = UnsafeBufferPointer(rebasing: whole[..<(whole.count &- (isWide ? 1 : 0))])
        try output.reserve(line.count &+ 16, sink)
        if reader.line == 1 { return try takeHeader(line, isWide) }
        if line.isEmpty { return emptyLine = emptyLine ?? reader.line }
        if let emptyLine { throw fault(line: emptyLine, 1, "the line is empty") }
        do throws(RowText.Flaw) {
            let row = try RowText(line, &stamps)
            try score(row, line, isWide)
        } catch {
            throw fault(error.column, error.reason)
        }
    }

    @inline(__always)
    private mutating func score(
        _ row: RowText, _ line: UnsafeBufferPointer<UInt8>, _ isWide: Bool
    ) throws(RowText.Flaw) {
        let verdict: Verdict
        do throws(Fault) {
            verdict = try detector.score(row.value, at: row.seconds)
        } catch {
            throw RowText.Flaw(column: 1, reason: error.message)
        }
        summary.count(verdict, line: reader.line)
        listener?(row.seconds, row.value, verdict)
        output.append(line)
        output.append(score: verdict.score)
        output.endLine(isWide)
    }

    private mutating func takeHeader(_ line: UnsafeBufferPointer<UInt8>, _ isWide: Bool) throws {
        // A byte order mark is no part of the first column's name, and quotes are none either.
        let isMarked = line.starts(with: [0xEF, 0xBB, 0xBF])
        let names = line.dropFirst(isMarked ? 3 : 0).filter { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: " ") }
        guard names == Self.header else {
            throw fault(
                1, "the header is '\(RowText.shown(line[...]))', not 'timestamp,value'")
        }
        output.append(line)
        output.append(UInt8(ascii: ","))
        Self.scoreName.withUnsafeBufferPointer { output.append($0) }
        output.endLine(isWide)
    }

    private func fault(line: Int? = nil, _ column: Int, _ reason: String) -> Fault {
        Fault(
            .failed, "\(name):\(line ?? reader.line):\(column): \(reason)",
            hint: "each line is a time and a finite number, such as '2026-11-24 18:01:22,0.5'")
    }
}
