import DebVisorCore
import GRDB
import Storage

extension MetricStore {
    /// Reads samples as they come; memory does not grow with the input.
    ///
    /// - Throws: `failed` for what is wrong with the input, with file, line and column, and where reading ends with an error
    ///   that is no `Fault`, as `CancellationError`: what came before is stored, or with `isAtomic` nothing. Faults of reading
    ///   and writing, with the same said in their hint.
    package func importSamples(
        from input: ByteInput, _ format: MetricFormat, _ options: ImportOptions = ImportOptions()
    ) throws -> ImportReport {
        guard options.isAtomic else { return try MetricImport(input, format, options, self).run(within: nil) }
        do {
            return try store.write("metric-import") {
                try MetricImport(input, format, options, self).run(within: $0)
            }
        } catch let fault as Fault {
            throw fault.adding("nothing is stored")
        }
    }
}

/// One import under way.
struct MetricImport {
    private let input: ByteInput
    private let format: MetricFormat
    private let options: ImportOptions
    private let store: MetricStore

    init(_ input: ByteInput, _ format: MetricFormat, _ options: ImportOptions, _ store: MetricStore) {
        (self.input, self.format, self.options, self.store) = (input, format, options, store)
    }

    func run(within database: Database?) throws -> ImportReport {
        let writer = SampleWriter(store, within: database)
        let sink = ImportSink(writer, options)
        let name = input.name
        writer.locate = { line, fault in
            var located = fault
            (located.kind, located.message) = (.failed, "\(name):\(line): \(fault.message)")
            return InputFault(fault: located)
        }
        do {
            try Self.parse(guarded, format, sink)
            try writer.flush()
        } catch let problem as InputFault {
            throw try settled(problem, writer)
        } catch let end as ReadingEnded {
            let fault = end.cause as? Fault ?? Fault(.failed, "reading '\(input.name)' was stopped")
            throw try settled(InputFault(fault: fault), writer)
        } catch let fault as Fault {
            // The store's: what it has already, it keeps.
            throw options.isAtomic ? fault : fault.adding("\(writer.samples) samples are stored")
        }
        var report = ImportReport(
            samples: writer.samples, series: writer.seriesCount, duplicates: writer.duplicates, skipped: sink.skipped)
        (report.future, report.firstFuture) = (sink.future, sink.firstFuture)
        return report
    }

    /// The input, whose errors can be told from the store's.
    private var guarded: ByteInput {
        let input = input
        return ByteInput(input.name) { buffer in
            do { return try input.read(buffer) } catch { throw ReadingEnded(cause: error) }
        }
    }

    /// Stores what came before, if it is to be kept.
    private func settled(_ problem: InputFault, _ writer: SampleWriter) throws -> Fault {
        guard !options.isAtomic else { return problem.fault }
        var fault = problem.fault
        // A series that could not be made comes earlier in the input.
        do { try writer.flush() } catch let earlier as InputFault { fault = earlier.fault }
        return fault.adding("what comes before it is stored (\(writer.samples) samples)")
    }

    /// Hands everything to the sink. - Throws: `InputFault`, and what the sink throws.
    static func parse(_ input: ByteInput, _ format: MetricFormat, _ sink: ImportSink) throws {
        switch format {
        case .openmetrics: try read(input, OpenMetricsParser(), sink)
        case .influx: try read(input, InfluxParser(), sink)
        case .csv: try read(input, CSVParser(), sink)
        case .ndjson: try read(input, NDJSONParser(), sink)
        }
    }

    private static func read<Parser: LineParser & ~Copyable>(
        _ input: ByteInput, _ start: consuming Parser, _ sink: ImportSink
    ) throws {
        var parser = start
        let lines = LineReader(input)
        do {
            while var line = try lines.next() {
                sink.line = lines.number
                try parser.parse(&line, into: sink)
            }
            try parser.finish()
        } catch let problem as LineProblem {
            let place = "\(input.name):\(max(1, lines.number)):\(problem.offset + 1)"
            throw InputFault(fault: Fault(.failed, "\(place): \(problem.message)", hint: problem.hint))
        }
    }
}

extension Fault {
    /// With a second hint, of what became of the samples.
    fileprivate func adding(_ hint: String) -> Fault {
        var fault = self
        fault.hint = self.hint.map { "\($0); \(hint)" } ?? hint
        return fault
    }
}
