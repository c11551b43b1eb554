import CommandKit
import DebVisorCore
import Metrics

/// The table of `metric get` for very many values: what the table of its records is, byte for byte.
struct SampleTable {
    private(set) var table = LongTable(
        [("NAME", false), ("TAGS", false), ("TIMESTAMP", false), ("VALUE", true)], shared: 2)
    private var day = Int64.min
    private var date: [UInt8] = []

    mutating func begin(_ label: SeriesLabel) {
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
        table.append { [date] in Self.put(date, rest, &$0) }
        table.append { Self.put(sample.value, &$0) }
        table.endRow()
    }

    /// As `Timestamp.shortest`. - Parameter rest: milliseconds of the day.
    private static func put(_ date: [UInt8], _ rest: Int64, _ text: inout [UInt8]) {
        text += date
        let seconds = rest / 1000
        two(seconds / 3600, &text)
        text.append(58)
        two(seconds / 60 % 60, &text)
        text.append(58)
        two(seconds % 60, &text)
        let thousandths = rest % 1000
        if thousandths > 0 {
            text.append(46)
            text.append(48 &+ UInt8(thousandths / 100))
            two(thousandths % 100, &text)
        }
        text.append(90)
    }

    @inline(__always)
    private static func two(_ number: Int64, _ text: inout [UInt8]) {
        text.append(48 &+ UInt8(number / 10))
        text.append(48 &+ UInt8(number % 10))
    }

    /// Whole numbers without a point, others with at most three decimals, as tables have them.
    static func put(_ value: Double, _ text: inout [UInt8]) {
        if value == value.rounded(), abs(value) < 1e15 { return put(Int64(value), &text) }
        guard abs(value) >= 0.001, abs(value) < 1e12 else {
            let word = value.isNaN ? "NaN" : value.isInfinite ? (value > 0 ? "+Inf" : "-Inf") : value.description
            text += Array(word.utf8)
            return
        }
        // Up to 15 digits are told apart by a double, so these are the shortest text of the rounded value.
        let scaled = Int64((abs(value) * 1000).rounded())
        if value < 0 { text.append(45) }
        put(scaled / 1000, &text)
        let (tenths, hundredths, thousandths) = (scaled / 100 % 10, scaled / 10 % 10, scaled % 10)
        text.append(46)
        text.append(48 &+ UInt8(tenths))
        if hundredths > 0 || thousandths > 0 { text.append(48 &+ UInt8(hundredths)) }
        if thousandths > 0 { text.append(48 &+ UInt8(thousandths)) }
    }

    private static func put(_ number: Int64, _ text: inout [UInt8]) {
        if number < 0 { text.append(45) }
        var rest = number.magnitude
        let start = text.count
        repeat {
            text.append(48 &+ UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        text[start...].reverse()
    }
}

extension SeriesQuery {
    /// As `read`, into a table. - Returns: warnings.
    func read(into table: inout SampleTable) throws -> [String] {
        var isWhole = true
        for one in series {
            table.begin(SeriesLabel(one))
            isWhole = try read(one) { samples in for sample in samples { table.append(sample) } } && isWhole
        }
        return try warnings(isWhole)
    }
}
