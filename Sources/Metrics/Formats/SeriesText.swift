import DebVisorCore

/// A series as OpenMetrics writes it, `name{tag="value",…}`: first only its end, then what it says.
struct SeriesText {
    /// Moves the cursor behind the series, or behind what could be one.
    init(_ cursor: inout TextCursor) {
        while cursor.next < cursor.end, cursor.next.pointee != UInt8(ascii: "{"), cursor.next.pointee > 32 {
            cursor.next += 1
        }
        guard cursor.take("{") else { return }
        var isQuoted = false
        while cursor.next < cursor.end {
            let byte = cursor.next.pointee
            cursor.next += 1
            if isQuoted, byte == UInt8(ascii: "\\"), cursor.next < cursor.end {
                cursor.next += 1
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if !isQuoted, byte == UInt8(ascii: "}") {
                return
            }
        }
    }

    /// - Throws: a problem where it is not as it should be.
    func key(_ cursor: inout TextCursor) throws -> SeriesKey {
        let start = cursor.offset
        let name = cursor.slice { !Self.isNameByte($0) && $0 != UInt8(ascii: ":") }
        guard name.count > 0 else {
            throw cursor.problem("no series begins so", hint: "a line is 'NAME{TAG=\"VALUE\",…} NUMBER TIME'")
        }
        let metric = try checked(at: start) { try MetricName(String(decoding: name, as: UTF8.self)) }
        let before = cursor
        cursor.skipSpaces()
        guard cursor.take("{") else {
            cursor = before
            return SeriesKey(metric)
        }
        var pairs: [(name: String, value: String)] = []
        cursor.skipSpaces()
        while !cursor.take("}") {
            pairs.append(try pair(&cursor))
            cursor.skipSpaces()
            if cursor.take(",") {
                cursor.skipSpaces()
            } else if cursor.byte != UInt8(ascii: "}") {
                throw cursor.problem(cursor.isAtEnd ? "the line ends within its tags" : "',' or '}' is missing")
            }
        }
        return SeriesKey(metric, try checked(at: start) { try TagSet(pairs) })
    }

    private func pair(_ cursor: inout TextCursor) throws -> (String, String) {
        let name = cursor.slice { !Self.isNameByte($0) }
        guard name.count > 0 else {
            throw cursor.problem(cursor.isAtEnd ? "the line ends within its tags" : "the name of a tag is missing")
        }
        cursor.skipSpaces()
        guard cursor.take("=") else { throw cursor.problem("'=' is missing behind the name of a tag") }
        cursor.skipSpaces()
        guard cursor.take("\"") else {
            throw cursor.problem("the value of a tag is not in quotes", hint: "write TAG=\"VALUE\"")
        }
        return (String(decoding: name, as: UTF8.self), try QuotedText.value(&cursor))
    }

    private func checked<Result>(at offset: Int, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let fault as Fault { throw LineProblem(offset, fault.message, hint: fault.hint) }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, 95: true
        default: false
        }
    }
}

/// A text between quotes with `\\`, `\"` and `\n`.
enum QuotedText {
    /// Behind the first quote; passes the last.
    static func value(_ cursor: inout TextCursor) throws -> String {
        let first = cursor.offset
        var bytes: [UInt8] = []
        while !cursor.take("\"") {
            guard !cursor.isAtEnd else { throw cursor.problem("the line ends within quotes") }
            if cursor.take("\\") {
                switch cursor.byte {
                case UInt8(ascii: "n"): bytes.append(10)
                case UInt8(ascii: "\\"), UInt8(ascii: "\""): bytes.append(cursor.byte)
                default:
                    throw cursor.problem("no character is written so", hint: "there are \\\\, \\\" and \\n")
                }
            } else {
                bytes.append(cursor.byte)
            }
            cursor.next += 1
        }
        return try bytes.withUnsafeBufferPointer { try $0.text(at: first) }
    }
}
