import DebVisorCore

/// InfluxDB line protocol with field `value`, or `value_bits` for what is no finite number; the type in a comment.
final class InfluxWriter: SampleFormatter {
    private static let field = Array("value=".utf8)

    private var family: String?
    private var prefix: [UInt8] = []

    func beginSeries(_ series: MetricSeries, _ output: ByteOutput) throws {
        if series.family.name.text != family {
            family = series.family.name.text
            output.put("# TYPE \(series.family.name) \(series.family.type.rawValue)\n")
        }
        prefix = Array(series.key.name.text.utf8)
        for tag in series.key.tags.tags {
            guard !tag.value.utf8.contains(10), tag.value.utf8.last != UInt8(ascii: "\\") else {
                throw Fault(
                    .failed, "'\(series.key)' cannot be written as Influx line protocol",
                    hint: "use another format, or leave the series out",
                    cause: "the value of tag '\(tag.name)' has a line feed or ends with a backslash")
            }
            prefix += Array(",\(tag.name)=".utf8)
            for byte in tag.value.utf8 {
                if [44, 61, 32].contains(byte) { prefix.append(UInt8(ascii: "\\")) }
                prefix.append(byte)
            }
        }
        prefix.append(32)
    }

    func write(_ time: Int64, _ bits: UInt64, _ output: ByteOutput) throws {
        let (nanoseconds, isTooFar) = time.multipliedReportingOverflow(by: 1_000_000)
        guard !isTooFar else {
            throw Fault(
                .failed, "\(Timestamp(milliseconds: time)) cannot be written as Influx line protocol",
                hint: "it ends in the year 2262; use another format, or a shorter range")
        }
        output.put(prefix)
        if Double(bitPattern: bits).isFinite {
            output.put(Self.field)
            NumberWriter.write(bits, to: output)
        } else {
            output.put("value_bits=\"\(NumberWriter.hexadecimal(bits))\"")
        }
        output.put(32)
        if nanoseconds < 0 { output.put(45) }
        output.put(decimal: nanoseconds.magnitude)
        output.put(10)
    }
}
