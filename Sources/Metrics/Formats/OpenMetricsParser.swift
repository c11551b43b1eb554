/// OpenMetrics text 1.0 (github.com/prometheus/OpenMetrics, specification/OpenMetrics.md), and the older Prometheus text
/// where it does not contradict: blank lines and other comments are passed over.
///
/// Times are seconds; a text ends with `# EOF`. Exemplars are not kept.
struct OpenMetricsParser: LineParser, ~Copyable {
    private var keys = KeyCache()
    private var metadata = OpenMetricsMetadata()
    private var isEnded = false

    mutating func parse(_ line: inout TextCursor, into sink: ImportSink) throws {
        guard !line.isAtEnd else { return }
        guard !isEnded else { throw line.problem("something follows '# EOF'", hint: "nothing comes after it") }
        if line.byte == UInt8(ascii: "#") {
            isEnded = try metadata.parse(&line)
            return
        }
        let slot = try slot(&line, sink)
        guard line.skipSpaces() > 0 else { throw line.problem("a space and a value are missing behind the series") }
        let bits = try NumberParser.double(&line)
        let spaces = line.skipSpaces()
        let offset = line.offset
        var time: Int64 = 0
        if line.isAtEnd || line.byte == UInt8(ascii: "#") {
            time = try sink.now(at: offset)
        } else {
            guard spaces > 0 else { throw line.problem("this does not belong to a number") }
            time = try TimeText.seconds(&line)
            line.skipSpaces()
        }
        if !line.isAtEnd {
            guard line.starts(with: "# {") else { throw line.problem("nothing is expected behind the time") }
            sink.skipped += 1
        }
        try sink.append(slot, time, bits, at: offset)
    }

    borrowing func finish() throws {
        guard isEnded else {
            throw LineProblem(
                0, "the text ends without '# EOF'",
                hint: "it may have been cut off; OpenMetrics ends with that line")
        }
    }

    @inline(__always)
    private mutating func slot(_ line: inout TextCursor, _ sink: ImportSink) throws -> UInt32 {
        let (start, count) = (line.start, line.end - line.start)
        let guess = keys.guess(start, count: count) { length in
            // A name alone ends at a space that no brace follows.
            start[length - 1] == UInt8(ascii: "}")
                || start[length] == 32 && (length + 1 == count || start[length + 1] != UInt8(ascii: "{"))
        }
        if let guess {
            line.next = start + guess.count
            return guess.slot
        }
        return try search(&line, sink)
    }

    private mutating func search(_ line: inout TextCursor, _ sink: ImportSink) throws -> UInt32 {
        let first = line
        let parts = SeriesText(&line)
        let key = UnsafeBufferPointer(start: first.next, count: line.next - first.next)
        // What was read before in these very bytes was right.
        if let known = keys.find(key) { return known }
        line = first
        let request = try metadata.request(try parts.key(&line), at: first.offset)
        let slot = try sink.slot(of: request, at: first.offset)
        keys.insert(key, slot)
        return slot
    }
}
