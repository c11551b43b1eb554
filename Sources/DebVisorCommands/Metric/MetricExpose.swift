import CommandKit
import DebVisorCore
import Metrics
import Platform

/// `debvisor metric expose`
struct MetricExpose: ChangingCommand {
    static let info = CommandInfo(
        "expose", "Show the newest values as Prometheus scrapes them",
        discussion: """
            Prints the text format 0.0.4, without times. With --textfile it is written to a file for the textfile collector of \
            node_exporter: beside it first, then renamed, readable by others. Series that ended, and those without a sample for \
            longer than --max-age, are left out, so that nobody takes an old value for a new one. -o renders what was written to a file.

            A file for node_exporter is also without what that tells itself: metrics whose names begin with 'node_', unless \
            NAME asks for one.
            """,
        examples: [
            Example("debvisor metric expose", "what a scraper would see", prints: "# TYPE"),
            Example(
                "debvisor metric expose --textfile /srv/textfile/debvisor.prom", "each minute, from a job",
                prints: "size_bytes"),
        ],
        statuses: .ofAStore + [.notFound], prints: TextfileRecord.self)

    struct Inputs: InputSet {
        let name = Argument(
            optional: "NAME", .object(ObjectKind.metric, placeholder: "NAME"),
            help: "Only this metric, or the series of this id")
        let selection = TagOptions()
        let exposition = ExpositionOptions()
        let textfile = Option("textfile", .path, help: "The file to write, with a name that ends with .prom")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let tags = try args.selection.tagSet()
        let since = args.exposition.since(context.clock.now())
        let store = try args.name.map(context.metricStore(with:)) ?? context.existingMetricStore()
        let exposition = Exposition(
            store: store, selection: try store?.selection(args.name, tags) ?? SeriesSelection(), since: since)
        guard let path = args.textfile else {
            return Plan([Step("print", "the newest values")]) { _ in
                .bytes { emit in try exposition.write(.prometheus, emit).warnings }
            }
        }
        guard path.hasSuffix(".prom") else {
            throw Fault(
                .usage, "node_exporter does not read '\(path)'", hint: "give the file a name that ends with .prom")
        }
        return Plan([Step("write", path)]) { _ in
            var bytes: [UInt8] = []
            var exposition = exposition
            // The collector refuses a file that has what node_exporter has too.
            if args.name == nil { exposition.prefix = "node_" }
            let (series, warnings) = try exposition.write(.prometheus) { bytes += $0 }
            try DurableFile.write(bytes, to: path, isPublic: true, "textfile")
            var report = Report.one(TextfileRecord(path: path, series: series, bytes: bytes.count))
            report.warnings = warnings
            return report
        }
    }
}

/// A file for node_exporter.
struct TextfileRecord: Record {
    var path: String
    var series: Int
    var bytes: Int

    static var fields: [Field<TextfileRecord>] {
        [
            .string("path", "The file") { $0.path },
            .int("series", "Series that are in it") { $0.series },
            .bytes("size_bytes", "How large it is") { $0.bytes },
        ]
    }
}

/// Which of the newest values are shown.
struct ExpositionOptions: InputSet {
    let maxAge = Option(
        "max-age", .limit(.duration(atLeast: 1)), placeholder: "DURATION|none", default: Limit(value: 3600),
        help: "Leave out series without a sample for so long")
}

extension Parsed<ExpositionOptions> {
    func since(_ now: Timestamp) -> Timestamp? {
        self.maxAge.value.map { now.adding(milliseconds: -Int64($0) * 1000) }
    }
}

/// The newest values of some series.
struct Exposition: Sendable {
    let store: MetricStore?
    let selection: SeriesSelection
    /// Older ones are left out.
    let since: Timestamp?
    /// Names that begin so are left out.
    var prefix: String?

    /// - Returns: how many series are shown, and warnings.
    func write(
        _ format: ExpositionFormat, _ emit: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> (series: Int, warnings: [String]) {
        try withoutActuallyEscaping(emit) { emit in
            let output = ByteOutput(emit)
            guard let store else {
                try format.exposeNothing(to: output)
                return (0, [])
            }
            let shown = try store.expose(selection, since: since, without: prefix, to: output, format)
            guard shown == 0, prefix == nil, try !store.series(selection).isEmpty else { return (shown, []) }
            return (0, ["no series has a sample that is new enough; --max-age none shows older ones"])
        }
    }
}
