import CommandKit
import DebVisorCore
import Metrics
import Platform

/// `debvisor metric import`
struct MetricImport: ChangingCommand {
    static let info = CommandInfo(
        "import", "Bring samples from a file or a pipe into the store",
        discussion: """
            Formats: openmetrics (text of OpenMetrics and Prometheus, '# EOF' at its end), influx (line protocol), csv (RFC 4180 \
            with a line of names: timestamp and value, with --name, or also name, tags, type), ndjson (objects with name, value, \
            timestamp, tags, type). Memory does not grow with the input, times may come in any order.

            What is wrong with the input ends the import with its file, line and column; what comes before is stored, which \
            the hint says, or with --atomic nothing is. --atomic is one transaction, in which no other command can write: a pipe is \
            therefore read to its end first, into a file without a name in the state directory. Importing the same again changes \
            nothing. Without --format the ending of the file's name says it: .om, .prom, .lp, .csv, .ndjson, .jsonl.
            """,
        examples: [
            Example("debvisor metric import /srv/load.csv --name host_load", "a series from CSV", prints: "samples"),
            Example(
                "debvisor metric import /srv/dump.om --atomic", "an export of Prometheus, all or nothing",
                prints: "duplicates"),
        ],
        statuses: .ofAStore + [.notFound], prints: ImportRecord.self)

    struct Inputs: InputSet {
        let file = Argument(optional: "FILE", .file, help: "The samples; standard input without, or with '-'")
        let format = Option("format", .choice(MetricFormat.self), help: "How they are written")
        let name = Option("name", .string("NAME"), help: "The metric, for CSV without a column of names")
        let isAtomic = Flag("atomic", help: "Everything or nothing")
        let now = Flag("now", help: "Samples without a time are of now; without this they are an error")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let source = try ImportSource(args.file)
        guard let format = args.format ?? source.impliedFormat else {
            throw Fault(
                .usage, "the format of \(source.name) is not clear",
                hint: "say it with --format openmetrics, influx, csv or ndjson")
        }
        let now = context.clock.now()
        var options = ImportOptions()
        options.isAtomic = args.isAtomic
        options.now = args.now ? now : nil
        options.present = now.adding(milliseconds: MetricTexts.tolerance)
        options.name = try args.name.map(MetricName.init)
        let chosen = options
        let step = Step(
            "import", source.name, detail: format.rawValue + (args.isAtomic ? ", all or nothing" : ""),
            sizeBytes: source.size)
        return Plan([step]) { session in
            let stop = try session.cancellationDescriptor()
            let progress = session.progress("importing \(source.name)", total: source.size)
            defer { progress.finish() }
            let store = try context.metricStore()
            let result = try await Worker.run {
                let input = try source.input(
                    until: stop, spoolingIn: chosen.isAtomic ? context.stateDirectory : nil, progress)
                return try store.importSamples(from: input, format, chosen)
            }
            var report = Report.one(ImportRecord(source: source.name, format: format, result: result))
            if result.future > 0 {
                report = report.warning(
                    "samples that lie in the future: \(result.future), first in line \(result.firstFuture)")
            }
            report.warnings += [store.upkeep(at: now)].compactMap(\.self)
            return report
        }
    }
}

/// What an import brought.
struct ImportRecord: Record {
    var source: String
    var format: MetricFormat
    var result: ImportReport

    static var fields: [Field<ImportRecord>] {
        [
            .string("source", "The file, or standard input") { $0.source },
            .choice("format", "How it was written") { $0.format },
            .int("samples", "Samples that were read and stored; duplicates count") { $0.result.samples },
            .int("series", "Series that they belong to") { $0.result.series },
            .int("duplicates", "Samples that gave way to a later one of the same series and instant") {
                $0.result.duplicates
            },
            .int("skipped", "What the format has and a store does not keep: exemplars, texts") { $0.result.skipped },
            .int("future", "Samples more than an hour later than now", column: .none) { $0.result.future },
        ]
    }
}
