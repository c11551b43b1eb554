import DebVisorCore

/// InfluxDB line protocol (docs.influxdata.com, "Line protocol reference"): `MEASUREMENT[,TAG=VALUE…] FIELD=VALUE[,…] [NS]`.
///
/// Field `value` is the metric of the measurement's name, any other `MEASUREMENT_FIELD`. Truths are 1 and 0, texts are
/// passed over but for `value_bits`, in which we write the bits of what the protocol has no number for. Of a metric's type
/// a comment of ours tells: `# TYPE NAME counter`.
struct InfluxParser: LineParser, ~Copyable {
    private var keys = KeyCache()
    private var metadata = OpenMetricsMetadata()
    private var scratch: [UInt8] = []
    private var found: [(slot: UInt32, bits: UInt64)] = []

    mutating func parse(_ line: inout TextCursor, into sink: ImportSink) throws {
        line.skipSpaces()
        guard !line.isAtEnd else { return }
        if line.byte == UInt8(ascii: "#") {
            _ = try metadata.parse(&line)
            return
        }
        let head = Self.token(&line, until: [32])
        guard line.skipSpaces() > 0 else {
            throw line.problem("fields are missing", hint: "a line is 'MEASUREMENT,TAG=VALUE FIELD=NUMBER NANOSECONDS'")
        }
        found.removeAll(keepingCapacity: true)
        repeat {
            let place = line.offset
            let field = Self.token(&line, until: [UInt8(ascii: "="), UInt8(ascii: ","), 32])
            guard field.count > 0, line.take("=") else { throw line.problem("a field is NAME=VALUE") }
            guard let (bits, isBits) = try value(&line, field) else {
                sink.skipped += 1
                continue
            }
            found.append((try slot(head, field, isBits, at: place, sink), bits))
        } while line.take(",")
        guard line.isAtEnd || line.skipSpaces() > 0 else { throw line.problem("this does not belong to a value") }
        let offset = line.offset
        let time = line.isAtEnd ? try sink.now(at: offset) : try Self.time(&line)
        line.skipSpaces()
        guard line.isAtEnd else { throw line.problem("nothing is expected behind the time") }
        for (slot, bits) in found { try sink.append(slot, time, bits, at: offset) }
    }

    borrowing func finish() throws {}

    /// Up to one of these bytes that no backslash precedes.
    private static func token(_ line: inout TextCursor, until ends: [UInt8]) -> UnsafeBufferPointer<UInt8> {
        let first = line.next
        while line.next < line.end, !ends.contains(line.next.pointee) {
            if line.next.pointee == UInt8(ascii: "\\"), line.next + 1 < line.end, isSpecial(line.next[1]) {
                line.next += 1
            }
            line.next += 1
        }
        return UnsafeBufferPointer(start: first, count: line.next - first)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool { [UInt8(ascii: ","), UInt8(ascii: "="), 32].contains(byte) }

    private static func time(_ line: inout TextCursor) throws -> Int64 {
        let first = line
        let isNegative = line.take("-")
        let digits = line.slice { $0 &- 48 >= 10 }
        guard digits.count > 0, let number = Int64(String(decoding: digits, as: UTF8.self)) else {
            throw first.problem("this is no time", hint: "the time is a whole number of nanoseconds since 1970")
        }
        let (whole, rest) = number.quotientAndRemainder(dividingBy: 1_000_000)
        return isNegative ? -whole - (rest > 0 ? 1 : 0) : whole
    }

    /// Nil for a text that is no value.
    private func value(
        _ line: inout TextCursor, _ field: UnsafeBufferPointer<UInt8>
    ) throws -> (bits: UInt64, isBits: Bool)? {
        let first = line
        if line.take("\"") {
            let start = line.next
            while !line.isAtEnd, line.byte != UInt8(ascii: "\"") {
                line.next += line.byte == UInt8(ascii: "\\") && line.next + 1 < line.end ? 2 : 1
            }
            let text = String(decoding: UnsafeBufferPointer(start: start, count: line.next - start), as: UTF8.self)
            guard line.take("\"") else { throw first.problem("the line ends within quotes") }
            guard field.elementsEqual("value_bits".utf8) else { return nil }
            guard text.utf8.count == 16, let bits = UInt64(text, radix: 16) else {
                throw first.problem("'value_bits' has 16 hexadecimal digits")
            }
            return (bits, true)
        }
        if first.byte | 32 >= 97, first.byte | 32 <= 122 {
            let word = String(decoding: line.slice { $0 == 44 || $0 == 32 }, as: UTF8.self)
            switch word {
            case "t", "T", "true", "True", "TRUE": return (1.0.bitPattern, false)
            case "f", "F", "false", "False", "FALSE": return (0.0.bitPattern, false)
            default: throw first.problem("'\(word)' is no value", hint: "texts are in quotes")
            }
        }
        let bits = try NumberParser.double(&line)
        if !line.take("i") { _ = line.take("u") }
        return (bits, false)
    }

    private mutating func slot(
        _ head: UnsafeBufferPointer<UInt8>, _ field: UnsafeBufferPointer<UInt8>, _ isBits: Bool, at offset: Int,
        _ sink: ImportSink
    ) throws -> UInt32 {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: head)
        scratch.append(0)
        scratch.append(contentsOf: field)
        if let known = scratch.withUnsafeBufferPointer({ keys.find($0) }) { return known }
        let key: SeriesKey
        do { key = try InfluxKey(head).series(isBits ? "value" : InfluxKey.unescaped(field)) } catch let fault as Fault
        {
            throw LineProblem(0, fault.message, hint: fault.hint)
        }
        let slot = try sink.slot(of: try metadata.request(key, at: offset), at: 0)
        scratch.withUnsafeBufferPointer { keys.insert($0, slot) }
        return slot
    }
}

/// A measurement and its tags.
struct InfluxKey {
    private let parts: [[UInt8]]

    init(_ head: UnsafeBufferPointer<UInt8>) {
        var parts: [[UInt8]] = [[]]
        var isEscaped = false
        for byte in head {
            if byte == UInt8(ascii: ","), !isEscaped {
                parts.append([])
            } else {
                parts[parts.count - 1].append(byte)
            }
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        }
        self.parts = parts
    }

    /// - Throws: `usage`.
    func series(_ field: String) throws -> SeriesKey {
        let measurement = parts[0].withUnsafeBufferPointer { Self.unescaped($0) }
        let name = try MetricName(field == "value" ? measurement : "\(measurement)_\(field)")
        return SeriesKey(
            name,
            try TagSet(
                parts.dropFirst().map { part in
                    guard let equals = Self.equals(in: part) else {
                        throw Fault(
                            .usage, "'\(String(decoding: part, as: UTF8.self))' is no tag", hint: "a tag is NAME=VALUE")
                    }
                    return (
                        part[..<equals].withUnsafeBufferPointer { Self.unescaped($0) },
                        part[(equals + 1)...].withUnsafeBufferPointer { Self.unescaped($0) }
                    )
                }))
    }

    private static func equals(in part: [UInt8]) -> Int? {
        part.indices.first { part[$0] == UInt8(ascii: "=") && ($0 == 0 || part[$0 - 1] != UInt8(ascii: "\\")) }
    }

    /// A backslash is one, unless a comma, an equals sign or a space follows.
    static func unescaped(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\\"), index + 1 < bytes.count, [44, 61, 32].contains(bytes[index + 1]) {
                continue
            }
            text.append(byte)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
