/// One line of a series, `timestamp,value`: where its fields lie and what they are.
struct RowText {
    /// What is wrong with a line: the column, counted in bytes from 1, and the reason in words.
    struct Flaw: Error, Equatable {
        var column: Int
        var reason: String
    }

    let seconds: Double
    let value: Double

    /// - Parameter line: without its line end.
    @inline(__always)
    init(_ line: UnsafeBufferPointer<UInt8>, _ stamps: inout StampText) throws(Flaw) {
        guard let comma = Self.comma(in: line, from: 0) else {
            throw Flaw(column: line.count + 1, reason: "one column where timestamp and value are wanted")
        }
        let stamp = Self.trimmed(line, 0..<comma)
        guard let seconds = stamps.seconds(UnsafeBufferPointer(rebasing: line[stamp])) else {
            throw Flaw(column: stamp.lowerBound + 1, reason: "'\(Self.shown(line[stamp]))' is not a timestamp")
        }
        let field = Self.trimmed(line, comma &+ 1..<line.count)
        do throws(DecimalText.Flaw) {
            value = try DecimalText.number(UnsafeBufferPointer(rebasing: line[field]))
        } catch {
            throw Self.flaw(error, line, field)
        }
        self.seconds = seconds
    }

    @inline(__always)
    private static func comma(in line: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < line.count {
            if line[index] == UInt8(ascii: ",") { return index }
            index &+= 1
        }
        return nil
    }

    /// The field without blanks around it, and without quotes around that.
    @inline(__always)
    private static func trimmed(_ line: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        // What a number or a date begins and ends with is above all of these.
        while start < end, line[start] <= UInt8(ascii: "\""), isAround(line[start]) { start &+= 1 }
        while end > start, line[end &- 1] <= UInt8(ascii: "\""), isAround(line[end &- 1]) { end &-= 1 }
        return start..<end
    }

    private static func isAround(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\"")
    }

    private static func flaw(
        _ flaw: DecimalText.Flaw, _ line: UnsafeBufferPointer<UInt8>, _ field: Range<Int>
    ) -> Flaw {
        let column = field.lowerBound + 1
        if let second = comma(in: line, from: field.lowerBound) {
            let columns = 2 + line[second...].count { $0 == UInt8(ascii: ",") }
            return Flaw(column: second + 1, reason: "\(columns) columns where timestamp and value are wanted")
        }
        guard !field.isEmpty else { return Flaw(column: column, reason: "the value is missing") }
        switch flaw {
        case .tooLarge: return Flaw(column: column, reason: "'\(shown(line[field]))' is too large for a number")
        case .syntax(let place):
            let word = String(decoding: line[field], as: UTF8.self).lowercased()
            let isInfinite = ["nan", "inf", "infinity"].contains { word == $0 || word.dropFirst() == $0 }
            let reason = isInfinite ? "is not a finite number" : "is not a number"
            return Flaw(
                column: isInfinite ? column : column + place, reason: "'\(shown(line[field]))' \(reason)")
        }
    }

    /// Text for a person: no more than 40 bytes, what is not printable as `\x00`.
    static func shown(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        var text = ""
        for byte in bytes.prefix(40) {
            if byte >= 32, byte < 127 {
                text.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                let digits = String(byte, radix: 16)
                text += "\\x" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return bytes.count > 40 ? text + "…" : text
    }
}
