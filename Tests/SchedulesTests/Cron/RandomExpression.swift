import TestSupport

/// An expression made together with its meaning, so that no parser is needed to know it.
struct RandomExpression {
    var text = ""
    var minutes: Set<Int> = []
    var hours: Set<Int> = []
    var isFixedTime = true
    private var days: Set<Int> = []
    private var months: Set<Int> = []
    private var weekdays: Set<Int> = []
    private var isJoinedByOr = true

    init(using random: inout SeededRandom) {
        var fields: [String] = []
        func field(_ range: ClosedRange<Int>, stars: Double, from: ClosedRange<Int>? = nil) -> Set<Int> {
            let (text, values) = Self.field(range, stars: stars, likely: from ?? range, using: &random)
            fields.append(text)
            return values
        }
        minutes = field(0...59, stars: 0.1)
        // Clocks change at night.
        hours = field(0...23, stars: 0.15, from: Bool.random(using: &random) ? 0...4 : 0...23)
        days = field(1...31, stars: 0.6)
        months = field(1...12, stars: 0.7)
        weekdays = Set(field(0...7, stars: 0.6).map { $0 % 7 })
        isFixedTime = !fields[0].hasPrefix("*") && !fields[1].hasPrefix("*")
        isJoinedByOr = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
        text = fields.joined(separator: " ")
    }

    func matches(month: Int, day: Int, weekday: Int) -> Bool {
        let (byDay, byWeekday) = (days.contains(day), weekdays.contains(weekday))
        return months.contains(month) && (isJoinedByOr ? byDay || byWeekday : byDay && byWeekday)
    }

    private static func field(
        _ range: ClosedRange<Int>, stars: Double, likely: ClosedRange<Int>, using random: inout SeededRandom
    ) -> (String, Set<Int>) {
        let dice = Double.random(in: 0..<1, using: &random)
        // The second Sunday is not counted by a star.
        let all = range == 0...7 ? 0...6 : range
        if dice < stars { return ("*", Set(all)) }
        if dice < stars + 0.1 {
            let step = Int.random(in: 1...range.upperBound, using: &random)
            return ("*/\(step)", Set(stride(from: all.lowerBound, through: all.upperBound, by: step)))
        }
        var (texts, values): ([String], Set<Int>) = ([], [])
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let (a, b) = (Int.random(in: likely, using: &random), Int.random(in: likely, using: &random))
            let (low, high, step) = (min(a, b), max(a, b), Int.random(in: 1...5, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                texts.append("\(low)-\(high)/\(step)")
                values.formUnion(stride(from: low, through: high, by: step))
            case 1:
                texts.append("\(low)-\(high)")
                values.formUnion(low...high)
            default:
                texts.append("\(a)")
                values.insert(a)
            }
        }
        return (texts.joined(separator: ","), values)
    }
}
