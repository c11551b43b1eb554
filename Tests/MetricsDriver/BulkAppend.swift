import DebVisorCore
import Metrics
import Platform

/// Rows of `series,seconds,value` brought into a store through the library; reading them is not counted.
struct BulkAppend {
    private var rows: [(series: Int, time: Int64, value: Double)] = []

    init(_ path: String) throws {
        let text = try DurableFile.read(path, limit: 1 << 30)
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let parts = line.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
            guard parts.count == 3, let series = Int(parts[0]), let time = Int64(parts[1]), let value = Double(parts[2])
            else { throw Fault(.usage, "rows are series,seconds,value") }
            rows.append((series, time * 1000, value))
        }
    }

    func seconds(_ store: MetricStore) throws -> Double {
        let name = try MetricName("bench")
        let taken = try ContinuousClock().measure {
            let writer = SampleWriter(store)
            var slots: [UInt32] = []
            for row in rows {
                while slots.count <= row.series {
                    let tags = try TagSet([(name: "series", value: "\(slots.count)")])
                    slots.append(try writer.slot(of: SeriesRequest(SeriesKey(name, tags), .gauge)))
                }
                try writer.append(slots[row.series], row.time, row.value.bitPattern)
            }
            try writer.flush()
        }
        return taken / .seconds(1)
    }
}
