/// Lists of words and numbers as a sentence has them.
enum WordList {
    /// `a`; `a and b`; `a, b and c`.
    static func joined(_ words: [String], _ last: String = "and") -> String {
        guard words.count > 1, let end = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(last) " + end
    }

    /// `0, 5 and 10`; three or more in a row as `9 to 17`.
    static func joined(_ values: [Int], _ name: (Int) -> String = { "\($0)" }) -> String {
        var words: [String] = []
        var index = 0
        while index < values.count {
            var end = index
            while end + 1 < values.count && values[end + 1] == values[end] + 1 { end += 1 }
            if end - index >= 2 {
                words.append("\(name(values[index])) to \(name(values[end]))")
            } else {
                words += values[index...end].map(name)
            }
            index = end + 1
        }
        return joined(words)
    }
}

extension CronExpression {
    static func name(ofMonth month: Int) -> String {
        [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ][month - 1]
    }

    /// 0 and 7 are Sunday.
    static func name(ofWeekday weekday: Int) -> String {
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"][weekday % 7]
    }
}
