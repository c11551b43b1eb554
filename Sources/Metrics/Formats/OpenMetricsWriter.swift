/// OpenMetrics text 1.0: metadata before each family, `# EOF` at the end. A counter without `_total` keeps its name.
final class OpenMetricsWriter: SampleFormatter {
    private var family: String?
    private var prefix: [UInt8] = []

    func beginSeries(_ series: MetricSeries, _ output: ByteOutput) {
        if series.family.name.text != family {
            family = series.family.name.text
            Self.writeMetadata(series.family, output)
        }
        prefix = Array(series.key.description.utf8) + [32]
    }

    func write(_ time: Int64, _ bits: UInt64, _ output: ByteOutput) {
        output.put(prefix)
        NumberWriter.write(bits, to: output)
        output.put(32)
        TimeWriter.writeSeconds(time, to: output)
        output.put(10)
    }

    func end(_ output: ByteOutput) { output.put("# EOF\n") }

    private static func writeMetadata(_ family: MetricFamily, _ output: ByteOutput) {
        var name = family.name.text
        if family.type == .counter, name.hasSuffix("_total") { name.removeLast(6) }
        output.put("# TYPE \(name) \(family.type.rawValue)\n")
        // The unit is to be the end of the name; where it is not, it is not said.
        if !family.unit.isEmpty, name.hasSuffix("_" + family.unit) { output.put("# UNIT \(name) \(family.unit)\n") }
        if !family.help.isEmpty {
            output.put("# HELP \(name) ")
            var text: [UInt8] = []
            TagSet.escape(family.help.utf8, into: &text)
            output.put(text)
            output.put(10)
        }
    }
}
