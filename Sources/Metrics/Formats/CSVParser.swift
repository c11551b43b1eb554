import DebVisorCore

/// Comma-separated values (RFC 4180) below a line of names: `timestamp` and `value`, and if need be `name`, `type` and
/// `tags`, the latter as `host="a",disk="vda"`. Other columns are passed over; no value goes over several lines.
struct CSVParser: LineParser, ~Copyable {
    private enum Column: String { case name, type, tags, timestamp, value }

    private var columns: [Column?] = []
    private var keys = KeyCache()
    private var scratch: [UInt8] = []
    private var fields: [[UInt8]] = []
    private static let most = 64

    mutating func parse(_ line: inout TextCursor, into sink: ImportSink) throws {
        if line.isAtEnd { return }
        guard !columns.isEmpty else { return try readNames(&line, sink) }
        scratch.removeAll(keepingCapacity: true)
        var (bits, time): (UInt64?, Int64?)
        var place = 0
        for (index, column) in columns.enumerated() {
            if index > 0, !line.take(",") {
                throw line.problem("the line has \(index) values, not \(columns.count)")
            }
            switch column {
            case .value:
                let isQuoted = line.take("\"")
                bits = try NumberParser.double(&line)
                if isQuoted, !line.take("\"") { throw line.problem("a quote is missing") }
            case .timestamp:
                place = line.offset
                let isQuoted = line.take("\"")
                time = try TimeText.any(&line)
                if isQuoted, !line.take("\"") { throw line.problem("a quote is missing") }
            case .name, .type, .tags:
                try Self.field(&line, into: &scratch)
                scratch.append(0)
            case nil:
                var ignored: [UInt8] = []
                try Self.field(&line, into: &ignored)
            }
            guard line.isAtEnd || line.byte == UInt8(ascii: ",") else {
                throw line.problem("this does not belong to a value")
            }
        }
        guard line.isAtEnd else { throw line.problem("the line has more than \(columns.count) values") }
        guard let bits, let time else { return }
        try sink.append(try slot(sink), time, bits, at: place)
    }

    borrowing func finish() throws {
        guard !columns.isEmpty else {
            throw LineProblem(
                0, "the names of the columns are missing", hint: "the first line is 'timestamp,value' or more")
        }
    }

    private mutating func readNames(_ line: inout TextCursor, _ sink: ImportSink) throws {
        var names: [String] = []
        if line.starts(with: "\u{FEFF}") { line.next += 3 }
        repeat {
            var name: [UInt8] = []
            try Self.field(&line, into: &name)
            names.append(String(decoding: name, as: UTF8.self).trimmed)
            guard names.count <= Self.most else { throw line.problem("more than \(Self.most) columns") }
        } while line.take(",")
        let found = names.map { Column(rawValue: $0.lowercased()) }
        for needed in [Column.timestamp, .value] + (sink.options.name == nil ? [.name] : []) {
            guard found.filter({ $0 == needed }).count == 1 else {
                throw LineProblem(
                    0, "there is no column '\(needed.rawValue)'",
                    hint: "the columns are name,tags,type,timestamp,value; without names import with --name")
            }
        }
        columns = found
    }

    /// One value, without its quotes.
    private static func field(_ line: inout TextCursor, into bytes: inout [UInt8]) throws {
        guard line.take("\"") else {
            bytes.append(contentsOf: line.slice { $0 == UInt8(ascii: ",") })
            return
        }
        while true {
            bytes.append(contentsOf: line.slice { $0 == UInt8(ascii: "\"") })
            guard line.take("\"") else { throw line.problem("the line ends within quotes") }
            guard line.take("\"") else { return }
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private mutating func slot(_ sink: ImportSink) throws -> UInt32 {
        if let known = scratch.withUnsafeBufferPointer({ keys.find($0) }) { return known }
        var parts = scratch.split(separator: 0, omittingEmptySubsequences: false).makeIterator()
        var text: [Column: String] = [:]
        for case let column? in columns where column != .timestamp && column != .value {
            text[column] = try (parts.next() ?? []).withUnsafeBufferPointer { try $0.text(at: 0) }
        }
        let request: SeriesRequest
        do {
            request = try SeriesWords(
                name: text[.name] ?? sink.options.name?.text ?? "", type: text[.type] ?? "", tags: text[.tags] ?? ""
            ).request()
        } catch let fault as Fault { throw LineProblem(0, fault.message, hint: fault.hint) }
        let slot = try sink.slot(of: request, at: 0)
        scratch.withUnsafeBufferPointer { keys.insert($0, slot) }
        return slot
    }
}
