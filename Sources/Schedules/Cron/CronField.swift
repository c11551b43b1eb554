/// One of the five fields of an expression, in the order in which they are written.
package enum CronField: Int, Sendable, CaseIterable {
    case minute, hour, dayOfMonth, month, dayOfWeek

    /// As messages call it.
    package var name: String {
        switch self {
        case .minute: "minute"
        case .hour: "hour"
        case .dayOfMonth: "day of month"
        case .month: "month"
        case .dayOfWeek: "day of week"
        }
    }

    /// What may be written. In the last field both 0 and 7 are Sunday.
    package var range: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .dayOfWeek: 0...7
        }
    }

    /// The values there are: `range`, without the second Sunday.
    var values: ClosedRange<Int> { self == .dayOfWeek ? 0...6 : range }

    /// Bit v is set for each of `values`.
    var allBits: UInt64 { values.reduce(0) { $0 | 1 << UInt64($1) } }

    /// The first stands for `values.lowerBound`, the next for one more.
    var names: [String] {
        switch self {
        case .minute, .hour, .dayOfMonth: []
        case .month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        case .dayOfWeek: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        }
    }

    /// The value of a name in any case.
    func value(named word: String) -> Int? {
        names.firstIndex(of: word.lowercased()).map { $0 + values.lowerBound }
    }

    /// A value as a name where the field has names.
    func name(of value: Int) -> String {
        names.isEmpty ? "\(value)" : names[(value - values.lowerBound) % names.count]
    }
}
