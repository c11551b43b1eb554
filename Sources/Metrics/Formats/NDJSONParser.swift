import DebVisorCore

/// One JSON object a line: `{"name":"up","type":"gauge","tags":{"host":"a"},"timestamp":"2026-11-24T18:01:22Z","value":1}`.
///
/// `type` and `tags` may be missing, `timestamp` may be seconds since 1970, and `value` a text for what JSON has no number
/// for (see `NumberWriter`). Other members are passed over.
struct NDJSONParser: LineParser, ~Copyable {
    private var keys = KeyCache()
    private var scratch: [UInt8] = []

    mutating func parse(_ line: inout TextCursor, into sink: ImportSink) throws {
        line.skipSpaces()
        guard !line.isAtEnd else { return }
        var (name, type, tags): (UnsafeBufferPointer<UInt8>?, UnsafeBufferPointer<UInt8>?, UnsafeBufferPointer<UInt8>?)
        var (bits, time): (UInt64?, Int64?)
        var place = 0
        try JSONText.members(&line) { member, line in
            let start = line.next
            if member.elementsEqual("value".utf8) {
                bits = try Self.number(&line)
            } else if member.elementsEqual("timestamp".utf8) {
                place = line.offset
                time = try Self.time(&line)
            } else {
                try JSONText.skip(&line, depth: 0)
                let raw = UnsafeBufferPointer(start: start, count: line.next - start)
                if member.elementsEqual("name".utf8) { name = raw }
                if member.elementsEqual("type".utf8) { type = raw }
                if member.elementsEqual("tags".utf8) { tags = raw }
            }
        }
        line.skipSpaces()
        guard line.isAtEnd else { throw line.problem("nothing is expected behind the object") }
        guard let bits else { throw LineProblem(0, "the object has no 'value'") }
        guard let name else { throw LineProblem(0, "the object has no 'name'") }
        let slot = try slot(name, type, tags, line, sink)
        try sink.append(slot, try time ?? sink.now(at: 0), bits, at: place)
    }

    borrowing func finish() throws {}

    private static func number(_ line: inout TextCursor) throws -> UInt64 {
        guard line.take("\"") else {
            guard line.byte == UInt8(ascii: "-") || line.byte &- 48 < 10 else {
                throw line.problem("the value is no number", hint: "NaN, +Inf and -Inf are in quotes")
            }
            return try NumberParser.double(&line)
        }
        let bits = try NumberParser.double(&line)
        guard line.take("\"") else { throw line.problem("a quote is missing behind the number") }
        return bits
    }

    private static func time(_ line: inout TextCursor) throws -> Int64 {
        guard line.take("\"") else { return try TimeText.seconds(&line) }
        let time = try TimeText.any(&line)
        guard line.take("\"") else { throw line.problem("a quote is missing behind the time") }
        return time
    }

    private mutating func slot(
        _ name: UnsafeBufferPointer<UInt8>, _ type: UnsafeBufferPointer<UInt8>?, _ tags: UnsafeBufferPointer<UInt8>?,
        _ line: TextCursor, _ sink: ImportSink
    ) throws -> UInt32 {
        scratch.removeAll(keepingCapacity: true)
        for part in [name, type, tags] {
            if let part { scratch.append(contentsOf: part) }
            scratch.append(0)
        }
        if let known = scratch.withUnsafeBufferPointer({ keys.find($0) }) { return known }
        let words = SeriesWords(
            name: try Self.text(name, "name", line), type: try type.map { try Self.text($0, "type", line) } ?? "")
        let request: SeriesRequest
        do { request = try words.request(tags: try tags.map { try Self.tags($0, line) } ?? .none) } catch let fault
            as Fault
        {
            throw LineProblem(0, fault.message, hint: fault.hint)
        }
        let slot = try sink.slot(of: request, at: 0)
        scratch.withUnsafeBufferPointer { keys.insert($0, slot) }
        return slot
    }

    private static func text(
        _ raw: UnsafeBufferPointer<UInt8>, _ member: String, _ line: TextCursor
    ) throws -> String {
        var cursor = TextCursor(raw, of: line)
        guard cursor.take("\"") else { throw cursor.problem("'\(member)' is no text") }
        return try JSONText.string(&cursor)
    }

    private static func tags(_ raw: UnsafeBufferPointer<UInt8>, _ line: TextCursor) throws -> TagSet {
        var cursor = TextCursor(raw, of: line)
        var pairs: [(name: String, value: String)] = []
        try JSONText.members(&cursor) { member, line in
            guard line.take("\"") else { throw line.problem("the value of a tag is no text") }
            pairs.append((String(decoding: member, as: UTF8.self), try JSONText.string(&line)))
        }
        return try TagSet(pairs)
    }
}
