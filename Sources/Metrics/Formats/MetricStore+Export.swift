package import DebVisorCore
import GRDB
import Storage

extension MetricStore {
    /// Writes samples, series by series, as one of the formats: reading them back gives the same bits.
    ///
    /// - Returns: how many samples.
    /// - Throws: `failed` for what Influx's protocol cannot say; what the output throws.
    package func exportSamples(
        _ selection: SeriesSelection = SeriesSelection(), _ range: ClosedRange<Timestamp>? = nil,
        to output: ByteOutput, _ format: MetricFormat
    ) throws -> Int {
        let range = Self.milliseconds(range)
        return try store.read { database in
            let reader = try SampleReader(database)
            let writer = Self.writer(of: format)
            var count = 0
            writer.begin(output)
            try selection.forEach(database) { series in
                try writer.beginSeries(series, output)
                try reader.forEachRun(of: series.row, range) { run in
                    for index in 0..<run.count {
                        try writer.write(run.times[index], run.bits[index], output)
                        try output.relax()
                    }
                    count += run.count
                }
            }
            writer.end(output)
            try output.flush()
            return count
        }
    }

    /// The text of a store without samples.
    package static func exportNothing(to output: ByteOutput, _ format: MetricFormat) throws {
        let writer = writer(of: format)
        writer.begin(output)
        writer.end(output)
        try output.flush()
    }

    private static func writer(of format: MetricFormat) -> any SampleFormatter {
        switch format {
        case .openmetrics: OpenMetricsWriter()
        case .influx: InfluxWriter()
        case .csv: CSVWriter()
        case .ndjson: NDJSONWriter()
        }
    }
}

/// One format's way to write samples, a series at a time.
protocol SampleFormatter: AnyObject {
    func begin(_ output: ByteOutput)
    func beginSeries(_ series: MetricSeries, _ output: ByteOutput) throws
    func write(_ time: Int64, _ bits: UInt64, _ output: ByteOutput) throws
    func end(_ output: ByteOutput)
}

extension SampleFormatter {
    func begin(_ output: ByteOutput) {}
    func end(_ output: ByteOutput) {}
}
