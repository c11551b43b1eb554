package import DebVisorCore
import GRDB
import Storage

/// How the newest samples are shown to a scraper.
package enum ExpositionFormat: Sendable {
    /// Prometheus text 0.0.4, also for node_exporter's textfile collector.
    case prometheus
    /// OpenMetrics 1.0, which ends with `# EOF`.
    case openmetrics

    /// For HTTP.
    package var contentType: String {
        switch self {
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        case .openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }
}

extension ExpositionFormat {
    /// What a scraper that asks for this is shown of a store that is not there.
    package func exposeNothing(to output: ByteOutput) throws {
        if self == .openmetrics { output.put("# EOF\n") }
        try output.flush()
    }
}

extension MetricStore {
    /// Writes the newest sample of each series, without its time, as scrapers want it. Series that ended, and those without
    /// a sample since `since`, are left out, and those whose names begin with `prefix`.
    /// - Returns: how many series.
    @discardableResult
    package func expose(
        _ selection: SeriesSelection = SeriesSelection(), since: Timestamp? = nil, without prefix: String? = nil,
        to output: ByteOutput, _ format: ExpositionFormat = .prometheus
    ) throws -> Int {
        try store.read { database in
            let latest = try LatestSamples(database)
            var family = ExposedFamily(format)
            var count = 0
            try selection.forEach(database) { series in
                if let prefix, series.family.name.text.hasPrefix(prefix) { return }
                guard let sample = try latest.sample(of: series.row), !sample.isEndOfSeries,
                    since.map({ sample.time >= $0 }) ?? true
                else { return }
                if family.family != series.family {
                    try family.emit(to: output)
                    family = ExposedFamily(format, series.family)
                }
                family.lines.append((series, sample.value))
                count += 1
            }
            try family.emit(to: output)
            if format == .openmetrics { output.put("# EOF\n") }
            try output.flush()
            return count
        }
    }
}

/// The series of one family on their way out.
struct ExposedFamily {
    let format: ExpositionFormat
    let family: MetricFamily?
    var lines: [(series: MetricSeries, value: Double)] = []

    init(_ format: ExpositionFormat, _ family: MetricFamily? = nil) { (self.format, self.family) = (format, family) }

    func emit(to output: ByteOutput) throws {
        guard let family, !lines.isEmpty else { return }
        var name = family.name.text
        let isWellNamed = isWellNamed(family)
        if format == .openmetrics, family.type == .counter, isWellNamed { name.removeLast(6) }
        var help: [UInt8] = []
        let text = family.help.isEmpty ? "\(family.name), as debvisor recorded it" : family.help
        for byte in text.utf8 {
            // The older text has no quotes to escape here.
            if format == .prometheus, byte == 34 { help.append(byte) } else { TagSet.escape([byte], into: &help) }
        }
        output.put("# HELP \(name) ")
        output.put(help)
        if format == .openmetrics, isWellNamed, !family.unit.isEmpty, name.hasSuffix("_" + family.unit) {
            output.put("\n# UNIT \(name) \(family.unit)")
        }
        let unknown = format == .prometheus ? "untyped" : "unknown"
        output.put("\n# TYPE \(name) \(isWellNamed ? family.type.rawValue : unknown)\n")
        for (series, value) in ordered {
            output.put(series.key.description)
            output.put(32)
            // Whoever scrapes knows one NaN.
            NumberWriter.write((value.isNaN ? .nan : value).bitPattern, to: output)
            output.put(10)
            try output.relax()
        }
    }

    /// What breaks its type's rule of names is shown without a type, for checkers complain of it otherwise.
    private func isWellNamed(_ family: MetricFamily) -> Bool {
        let name = family.name.text
        return switch family.type {
        case .counter: name.hasSuffix("_total")
        case .gauge: !(["_total"] + FamilyNames.endings).contains(where: name.hasSuffix)
        case .histogram, .summary: true
        }
    }

    /// A histogram's series by their other tags: the buckets from the smallest to the infinite, sum, count; so a summary's.
    private var ordered: [(series: MetricSeries, value: Double)] {
        guard let type = family?.type, let own = type.ownTag else { return lines }
        let keyed = lines.map { line -> (key: (String, Int, Double), line: (series: MetricSeries, value: Double)) in
            let tags = line.series.key.tags
            let part = FamilyNames.endings.firstIndex(of: line.series.suffix) ?? 0
            // Quantiles come first, as buckets do.
            let place = line.series.suffix.isEmpty ? -1 : part
            return ((tags.removing(own).description, place, HistogramBounds.bound(tags[own] ?? "") ?? 0), line)
        }
        return keyed.sorted { $0.key < $1.key }.map(\.line)
    }
}
