import DebVisorCore
import Foundation
import GRDB
import Platform
import Storage

@testable import Metrics

/// A state directory of one test's own with a metric store.
final class MetricFixture {
    let state: StateDirectory
    private(set) var store: MetricStore

    init(seriesLimit: Int = 250_000) throws {
        state = StateDirectory("/tmp/debvisor-metrics-\(UInt64.random(in: .min ... .max))")
        store = MetricStore(try Store.open(MetricStore.store, in: state), seriesLimit: seriesLimit)
    }

    deinit { try? FileManager.default.removeItem(atPath: state.path) }

    /// As another process would find it.
    func reopen() throws {
        try store.store.close()
        store = MetricStore(try Store.open(MetricStore.store, in: state), seriesLimit: store.seriesLimit)
    }

    func series(_ text: String) throws -> MetricSeries {
        let key = try MetricFixture.key(text)
        return try store.series(key).orThrow(Fault(.notFound, "no series \(text)"))
    }

    static func key(_ text: String) throws -> SeriesKey {
        var text = text
        return try text.withUTF8 { bytes in
            var cursor = TextCursor(try bytes.baseAddress.orThrow(Fault(.usage, "empty")), count: bytes.count)
            let start = cursor
            let parts = SeriesText(&cursor)
            cursor = start
            return try parts.key(&cursor)
        }
    }

    static func request(_ text: String, _ type: MetricType? = nil) throws -> SeriesRequest {
        SeriesRequest(try key(text), type)
    }

    func add(_ text: String, _ samples: [(Int64, Double)], type: MetricType? = nil) throws {
        try store.append(
            samples.map { NewSample(try Self.request(text, type), Sample(Timestamp(milliseconds: $0), $1)) })
    }

    func read(_ text: String, _ range: ClosedRange<Timestamp>? = nil) throws -> [Sample] {
        try store.samples(of: try series(text), range)
    }

    func `import`(_ text: String, _ format: MetricFormat, _ options: ImportOptions = ImportOptions()) throws
        -> ImportReport
    {
        try store.importSamples(from: ByteInput("input", bytes: Array(text.utf8)), format, options)
    }

    func export(_ format: MetricFormat, _ selection: SeriesSelection = SeriesSelection()) throws -> String {
        var bytes: [UInt8] = []
        _ = try store.exportSamples(selection, to: ByteOutput { bytes += $0 }, format)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Everything in the store, by key.
    func everything() throws -> [SeriesKey: [Sample]] {
        var all: [SeriesKey: [Sample]] = [:]
        for series in try store.series() { all[series.key] = try store.samples(of: series) }
        return all
    }

    func chunks() throws -> [(tier: Int, first: Int64, last: Int64, count: Int)] {
        try store.store.read { database in
            try Row.fetchAll(database, sql: "SELECT tier, first, last, n FROM chunks ORDER BY series_id, tier, first")
                .map {
                    ($0[0], $0[1], $0[2], $0[3])
                }
        }
    }
}

extension Optional {
    func orThrow(_ error: @autoclosure () -> any Error) throws -> Wrapped {
        guard let self else { throw error() }
        return self
    }
}
