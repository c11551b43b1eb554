/// As much of JSON (RFC 8259) as lines of samples need, over bytes.
enum JSONText {
    /// Calls `body` with the name of each member, as it is written, and the cursor before its value.
    static func members(
        _ cursor: inout TextCursor, _ body: (UnsafeBufferPointer<UInt8>, inout TextCursor) throws -> Void
    ) throws {
        guard cursor.take("{") else {
            throw cursor.problem(
                "a line is one JSON object", hint: "{\"name\":\"up\",\"timestamp\":1700000000,\"value\":1}")
        }
        cursor.skipSpaces()
        if cursor.take("}") { return }
        while true {
            cursor.skipSpaces()
            guard cursor.take("\"") else { throw cursor.problem("the name of a member is missing") }
            let first = cursor.next
            try passString(&cursor)
            let name = UnsafeBufferPointer(start: first, count: cursor.next - first - 1)
            cursor.skipSpaces()
            guard cursor.take(":") else { throw cursor.problem("':' is missing") }
            cursor.skipSpaces()
            try body(name, &cursor)
            cursor.skipSpaces()
            if cursor.take("}") { return }
            guard cursor.take(",") else {
                throw cursor.problem(cursor.isAtEnd ? "the line ends within an object" : "',' or '}' is missing")
            }
        }
    }

    /// Passes any value.
    static func skip(_ cursor: inout TextCursor, depth: Int) throws {
        guard depth < 32 else { throw cursor.problem("values are nested too deeply") }
        switch cursor.byte {
        case UInt8(ascii: "\""):
            cursor.next += 1
            try passString(&cursor)
        case UInt8(ascii: "{"): try members(&cursor) { try skip(&$1, depth: depth + 1) }
        case UInt8(ascii: "["):
            cursor.next += 1
            cursor.skipSpaces()
            if cursor.take("]") { return }
            repeat {
                cursor.skipSpaces()
                try skip(&cursor, depth: depth + 1)
                cursor.skipSpaces()
            } while cursor.take(",")
            guard cursor.take("]") else { throw cursor.problem("',' or ']' is missing") }
        default:
            let first = cursor
            let word = cursor.slice { $0 == 44 || $0 == 125 || $0 == 93 || $0 <= 32 }
            guard word.count > 0 else { throw first.problem("a value is missing") }
        }
    }

    /// Behind the first quote; passes the last.
    private static func passString(_ cursor: inout TextCursor) throws {
        while !cursor.take("\"") {
            guard !cursor.isAtEnd else { throw cursor.problem("the line ends within quotes") }
            cursor.next += cursor.byte == UInt8(ascii: "\\") && cursor.next + 1 < cursor.end ? 2 : 1
        }
    }

    /// Behind the first quote: what the text says; passes the last quote.
    static func string(_ cursor: inout TextCursor) throws -> String {
        let place = cursor.offset
        var bytes: [UInt8] = []
        while !cursor.take("\"") {
            guard !cursor.isAtEnd else { throw cursor.problem("the line ends within quotes") }
            guard cursor.take("\\") else {
                bytes.append(cursor.byte)
                cursor.next += 1
                continue
            }
            let escape = cursor.byte
            guard let character = simple[escape] else {
                guard escape == UInt8(ascii: "u") else { throw cursor.problem("no character is written so") }
                cursor.next += 1
                bytes.append(contentsOf: String(try scalar(&cursor)).utf8)
                continue
            }
            bytes.append(character)
            cursor.next += 1
        }
        return try bytes.withUnsafeBufferPointer { try $0.text(at: place) }
    }

    private static let simple: [UInt8: UInt8] = [
        UInt8(ascii: "\""): 34, UInt8(ascii: "\\"): 92, UInt8(ascii: "/"): 47, UInt8(ascii: "b"): 8,
        UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
    ]

    private static func scalar(_ cursor: inout TextCursor) throws -> Unicode.Scalar {
        let first = try unit(&cursor)
        if 0xD800..<0xDC00 ~= first, cursor.take("\\"), cursor.take("u") {
            let second = try unit(&cursor)
            guard 0xDC00..<0xE000 ~= second else { throw cursor.problem("half of a surrogate pair") }
            let value = 0x10000 + ((UInt32(first) - 0xD800) << 10) + (UInt32(second) - 0xDC00)
            if let scalar = Unicode.Scalar(value) { return scalar }
        }
        guard let scalar = Unicode.Scalar(first) else { throw cursor.problem("half of a surrogate pair") }
        return scalar
    }

    private static func unit(_ cursor: inout TextCursor) throws -> UInt16 {
        guard cursor.end - cursor.next >= 4 else { throw cursor.problem("'\\u' has four hexadecimal digits") }
        let text = String(decoding: UnsafeBufferPointer(start: cursor.next, count: 4), as: UTF8.self)
        guard let value = UInt16(text, radix: 16) else { throw cursor.problem("'\\u' has four hexadecimal digits") }
        cursor.next += 4
        return value
    }
}
