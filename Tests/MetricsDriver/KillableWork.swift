import DebVisorCore
import Glibc
import Metrics
import Platform

/// One of every change of a store, each noted in `STATE/done` when the store says it is durable.
struct KillableWork {
    private let store: MetricStore
    private let file: UnsafeMutablePointer<FILE>

    init(_ store: MetricStore, _ state: StateDirectory) throws {
        self.store = store
        guard let file = fopen(state.file("done"), "a") else { throw Fault(.failed, "no file for notes") }
        self.file = file
    }

    /// Beyond the samples that a tail holds, so that it is settled once.
    static let batches: Int64 = 15
    static let batch: Int64 = 5000
    private static let day: Int64 = 86_400_000

    func run() throws {
        let name = try MetricName("small")
        for round in 0..<Self.batches {
            try store.append(
                (0..<Self.batch).map { index in
                    let time = Timestamp(milliseconds: (round * Self.batch + index) * 10_000)
                    return NewSample(SeriesRequest(SeriesKey(name), .counter), Sample(time, Double(index)))
                })
            done("append")
        }
        let writer = SampleWriter(store, capacity: 1000)
        let slot = try writer.slot(of: SeriesRequest(SeriesKey(try MetricName("large"))))
        for index in 0..<3000 as Range<Int64> { try writer.append(slot, (index * 7919 % 3000) * 1000, 1.0.bitPattern) }
        try writer.flush()
        done("import")
        try store.append([NewSample(SeriesRequest(SeriesKey(name)), Sample(Timestamp(milliseconds: 9 * Self.day), 0))])
        done("one")
        try store.change(MetricRetention(sampleDays: 3, tenMinuteDays: 5))
        done("settings")
        _ = try store.applyRetention(at: Timestamp(milliseconds: 10 * Self.day))
        done("retention")
        for index in 0..<9 as Range<Int64> {
            let late = SampleWriter(store)
            let slot = try late.slot(of: SeriesRequest(SeriesKey(name)))
            try late.append(slot, 8 * Self.day - 500 - index * 1000, 0)
            try late.flush()
        }
        done("late")
        _ = try store.compact()
        done("compact")
        try store.delete(SeriesSelection(try MetricName("large")))
        done("delete")
    }

    private func done(_ what: String) {
        fputs("\(what)\n", file)
        fflush(file)
    }
}
