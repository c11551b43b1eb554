import DebVisorCore

/// Where parsers put what they read: checks times, gives series their slots.
final class ImportSink {
    let writer: SampleWriter
    let options: ImportOptions
    private let times: ClosedRange<Int64>
    private let present: Int64
    /// The line that is being read.
    var line = 0
    var skipped = 0
    private(set) var future = 0
    private(set) var firstFuture = 0

    init(_ writer: SampleWriter, _ options: ImportOptions) {
        (self.writer, self.options) = (writer, options)
        let latest = options.latest?.milliseconds ?? Sample.times.upperBound
        present = options.present?.milliseconds ?? Int64.max
        times = Sample.times.lowerBound...max(Sample.times.lowerBound, min(latest, Sample.times.upperBound))
    }

    func slot(of request: SeriesRequest, at offset: Int) throws -> UInt32 {
        do { return try writer.slot(of: request, line: line) } catch let fault as Fault where fault.kind == .conflict {
            throw LineProblem(offset, fault.message, hint: fault.hint)
        }
    }

    /// - Parameter time: milliseconds; nil: now.
    @inline(__always)
    func append(_ slot: UInt32, _ time: Int64, _ bits: UInt64, at offset: Int) throws {
        guard times.contains(time) else { throw outside(time, offset) }
        if time > present { noteFuture() }
        try writer.append(slot, time, bits)
    }

    func now(at offset: Int) throws -> Int64 {
        guard let now = options.now else {
            throw LineProblem(
                offset, "a sample without a time", hint: "write the time behind the value, or import with --now")
        }
        return now.milliseconds
    }

    private func noteFuture() {
        if future == 0 { firstFuture = line }
        future += 1
    }

    private func outside(_ time: Int64, _ offset: Int) -> LineProblem {
        if Sample.times.contains(time) {
            return LineProblem(
                offset, "the time \(Timestamp(milliseconds: time)) lies in the future",
                hint: "check the clock, and the unit")
        }
        return LineProblem(
            offset, "the time lies outside of the years 1 to 9999",
            hint: "OpenMetrics has seconds, Influx nanoseconds, CSV and NDJSON RFC 3339 or seconds")
    }
}

/// One format's way to read lines.
protocol LineParser: ~Copyable {
    /// - Throws: `LineProblem`, and whatever the sink throws.
    mutating func parse(_ line: inout TextCursor, into sink: ImportSink) throws
    /// After the last line.
    borrowing func finish() throws
}

/// Reading failed, or whoever reads has stopped: all that came before is right.
struct ReadingEnded: Error {
    var cause: any Error
}

/// What is wrong with an input, with its place; all of it that came before is right.
struct InputFault: Error {
    var fault: Fault
}
