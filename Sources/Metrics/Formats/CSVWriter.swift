/// RFC 4180 with the columns `name,tags,type,timestamp,value`; lines end with a line feed.
final class CSVWriter: SampleFormatter {
    private var prefix: [UInt8] = []
    private var times = TimeWriter()

    func begin(_ output: ByteOutput) { output.put("name,tags,type,timestamp,value\n") }

    func beginSeries(_ series: MetricSeries, _ output: ByteOutput) {
        let tags = series.key.tags.description
        prefix = Array(series.key.name.text.utf8) + [44]
        if !tags.isEmpty {
            prefix.append(34)
            for byte in tags.utf8 { prefix += byte == 34 ? [34, 34] : [byte] }
            prefix.append(34)
        }
        prefix += Array(",\(series.family.type.rawValue),".utf8)
    }

    func write(_ time: Int64, _ bits: UInt64, _ output: ByteOutput) {
        output.put(prefix)
        times.writeDate(time, to: output)
        output.put(44)
        NumberWriter.write(bits, to: output)
        output.put(10)
    }
}

/// One JSON object a line, with `name`, `type`, `tags`, `timestamp` and `value`.
final class NDJSONWriter: SampleFormatter {
    private static let value = Array("\",\"value\":".utf8)
    private static let end = Array("}\n".utf8)

    private var prefix: [UInt8] = []
    private var times = TimeWriter()

    func beginSeries(_ series: MetricSeries, _ output: ByteOutput) {
        prefix = Array("{\"name\":\"\(series.key.name)\",\"type\":\"\(series.family.type.rawValue)\",\"tags\":{".utf8)
        for (index, tag) in series.key.tags.tags.enumerated() {
            if index > 0 { prefix.append(44) }
            prefix += Array("\"\(tag.name)\":\"".utf8)
            for byte in tag.value.utf8 { prefix += Self.escaped(byte) }
            prefix.append(34)
        }
        prefix += Array("},\"timestamp\":\"".utf8)
    }

    func write(_ time: Int64, _ bits: UInt64, _ output: ByteOutput) {
        output.put(prefix)
        times.writeDate(time, to: output)
        let isNumber = Double(bitPattern: bits).isFinite
        output.put(Self.value)
        if !isNumber { output.put(34) }
        NumberWriter.write(bits, to: output)
        if !isNumber { output.put(34) }
        output.put(Self.end)
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case 34, 92: return [92, byte]
        case 0..<32:
            let digits = String(byte, radix: 16)
            return Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
        default: return [byte]
        }
    }
}
