import CommandKit
import DebVisorCore
import Metrics

/// The table of `metric get` for very many values: what the table of its records is, byte for byte.
struct SampleTable {
    private(set) var table = LongTable(
        [("NAME", false), ("TAGS", false), ("TIMESTAMP", false), ("VALUE", true)], shared: 2)
    private var day = Int64.min
    private var date: [UInt8] = []

    mutating func begin(_ label: SeriesIdentity) {
        let tags = label.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        table.begin([label.name, tags.joined(separator: ", ")])
    }

    mutating func append(_ sample: Sample) {
        let time = sample.time.milliseconds
        let rest = (time % 86_400_000 + 86_400_000) % 86_400_000
        if time - rest != day {
            day = time - rest
            date = Array(Timestamp(milliseconds: day).description.utf8.prefix(11))
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * SampleText.room) { room in
            var row = SampleText(room)
            row.beginCell()
            row.put(date)
            row.put(timeOfDay: rest)
            row.beginCell()
            row.put(value: sample.value)
            table.append(row.bytes)
        }
    }
}

/// The cells of one row, in memory of the caller's: each behind a byte with its length.
struct SampleText {
    /// Bytes that any cell needs at most.
    static let room = 64
    private let room: UnsafeMutableBufferPointer<UInt8>
    private var count = 0
    private var start = 0

    init(_ room: UnsafeMutableBufferPointer<UInt8>) { self.room = room }

    /// What was written; the length of the last cell, too.
    var bytes: UnsafeBufferPointer<UInt8> {
        endCell()
        return UnsafeBufferPointer(rebasing: room[..<count])
    }

    mutating func beginCell() {
        if count > 0 { endCell() }
        (start, count) = (count, count + 1)
    }

    private func endCell() { room[start] = UInt8(count - start - 1) }

    private mutating func put(_ byte: UInt8) {
        room[count] = byte
        count += 1
    }

    mutating func put(_ bytes: [UInt8]) { for byte in bytes { put(byte) } }

    /// `03:00:00.007Z`, without thousandths where there are none. - Parameter timeOfDay: milliseconds.
    mutating func put(timeOfDay time: Int64) {
        let seconds = time / 1000
        putTwo(seconds / 3600)
        put(58)
        putTwo(seconds / 60 % 60)
        put(58)
        putTwo(seconds % 60)
        let thousandths = time % 1000
        if thousandths > 0 {
            put(46)
            put(48 &+ UInt8(thousandths / 100))
            putTwo(thousandths % 100)
        }
        put(90)
    }

    private mutating func putTwo(_ number: Int64) {
        put(48 &+ UInt8(number / 10))
        put(48 &+ UInt8(number % 10))
    }

    /// Whole numbers without a point, others with at most three decimals, as tables have them.
    mutating func put(value: Double) {
        if value == value.rounded(), abs(value) < 1e15 { return put(whole: Int64(value)) }
        guard abs(value) >= 0.001, abs(value) < 1e12 else {
            return put(Array((SpecialValue(value) == .end ? "NaN" : SpecialValue(value)?.rawValue ?? "\(value)").utf8))
        }
        // Up to 15 digits are told apart by a double, so these are the shortest text of the rounded value.
        let scaled = Int64((abs(value) * 1000).rounded())
        if value < 0 { put(45) }
        put(whole: scaled / 1000)
        let (tenths, hundredths, thousandths) = (scaled / 100 % 10, scaled / 10 % 10, scaled % 10)
        put(46)
        put(48 &+ UInt8(tenths))
        if hundredths > 0 || thousandths > 0 { put(48 &+ UInt8(hundredths)) }
        if thousandths > 0 { put(48 &+ UInt8(thousandths)) }
    }

    private mutating func put(whole number: Int64) {
        if number < 0 { put(45) }
        var rest = number.magnitude
        let start = count
        repeat {
            put(48 &+ UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        room[start..<count].reverse()
    }
}

extension SeriesQuery {
    /// As `read`, into a table. - Returns: warnings.
    func read(into table: inout SampleTable) throws -> [String] {
        var isWhole = true
        for one in series {
            table.begin(SeriesIdentity(one))
            isWhole = try read(one) { samples in for sample in samples { table.append(sample) } } && isWhole
        }
        return try warnings(isWhole)
    }
}
