import DebVisorCore
import Foundation

/// What one small write left in `batches`: 20 bytes a sample, little-endian, ascending by series: 0 series (32 bits), 4 time,
/// 12 value. Of one series they lie in order of arrival.
enum SampleBatch {
    static let stride = 20

    struct Record {
        var series: Int64
        var time: Int64
        var bits: UInt64
    }

    static func bytes(of records: [Record]) -> Data {
        let order = records.indices.sorted {
            records[$0].series != records[$1].series ? records[$0].series < records[$1].series : $0 < $1
        }
        var data = Data(count: records.count * stride)
        data.withUnsafeMutableBytes { buffer in
            for (place, index) in order.enumerated() {
                let (record, at) = (records[index], place * stride)
                buffer.storeBytes(of: UInt32(record.series).littleEndian, toByteOffset: at, as: UInt32.self)
                buffer.storeBytes(of: record.time.littleEndian, toByteOffset: at + 4, as: Int64.self)
                buffer.storeBytes(of: record.bits.littleEndian, toByteOffset: at + 12, as: UInt64.self)
            }
        }
        return data
    }

    @inline(__always)
    static func record(_ data: UnsafeRawBufferPointer, _ index: Int) -> Record {
        let at = index &* stride
        return Record(
            series: Int64(series(data, index)),
            time: Int64(littleEndian: data.loadUnaligned(fromByteOffset: at &+ 4, as: Int64.self)),
            bits: UInt64(littleEndian: data.loadUnaligned(fromByteOffset: at &+ 12, as: UInt64.self)))
    }

    @inline(__always)
    static func series(_ data: UnsafeRawBufferPointer, _ index: Int) -> UInt32 {
        UInt32(littleEndian: data.loadUnaligned(fromByteOffset: index &* stride, as: UInt32.self))
    }

    /// Where the samples of a series are.
    static func range(of wanted: Int64, in data: UnsafeRawBufferPointer) -> Range<Int> {
        let count = data.count / stride
        func first(from number: Int64) -> Int {
            var (low, high) = (0, count)
            while low < high {
                let middle = (low + high) / 2
                if Int64(series(data, middle)) < number { low = middle + 1 } else { high = middle }
            }
            return low
        }
        let start = first(from: wanted)
        return start..<max(start, first(from: wanted + 1))
    }
}
