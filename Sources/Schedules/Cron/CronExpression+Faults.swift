/// What is wrong with an expression as a whole.
extension CronExpression {
    static func wrongCount(_ text: CronText, _ words: [Range<Int>]) -> CronError {
        func error(at index: Int, _ token: String, _ reason: String, _ hint: String?) -> CronError {
            CronError(
                kind: .fieldCount, field: nil, token: token, column: text.column(of: index), reason: reason,
                replacement: nil, hint: hint)
        }
        guard let first = words.first else {
            return error(at: 0, "", "the expression is empty", "write five fields, such as '0 3 * * *'")
        }
        if text.firstIndex(of: "=", in: first) != nil {
            return error(
                at: first.lowerBound, text[first], "'\(text[first])': an expression sets no variables",
                "a zone is a setting of the job")
        }
        let wanted = CronField.allCases.count
        guard words.count > wanted else {
            let written = words.map { text[$0] }
            let count = "\(words.count) field\(words.count == 1 ? "" : "s")"
            return error(
                at: text.bytes.count, "",
                "\(count) where five are wanted: minute, hour, day of month, month, day of week",
                words.count == 4 ? "write '\((written + ["*"]).joined(separator: " "))'" : nil)
        }
        let extra = words[wanted]
        let reason = "\(words.count) fields where five are wanted"
        func reads(_ words: ArraySlice<Range<Int>>) -> Bool {
            (try? CronExpression(words.map { text[$0] }.joined(separator: " "))) != nil
        }
        func joined(_ words: ArraySlice<Range<Int>>) -> String { words.map { text[$0] }.joined(separator: " ") }
        let hint: String? =
            if words.count <= wanted + 2 && reads(words[1...wanted]) {
                "there is no field of seconds\(words.count > wanted + 1 ? " or years" : "")"
                    + ": write '\(joined(words[1...wanted]))'"
            } else if reads(words[..<wanted]) {
                "neither user nor command belong here: write '\(joined(words[..<wanted]))'"
            } else {
                nil
            }
        return error(at: extra.lowerBound, text[extra], reason, hint)
    }

    /// Of an expression that no date can satisfy: 30 February, 31 April.
    ///
    /// Only the longest of its months counts: within 400 years each date falls on each weekday, 29 February too.
    func missingDay(_ text: CronText, _ place: Range<Int>) -> CronError? {
        // Where one day field is enough there is a weekday each week.
        guard needsBothDays, let first = dayOfMonth.values.first else { return nil }
        let months = month.values
        // Any leap year.
        let longest = months.map { CivilDate.length(ofMonth: $0, year: 2000) }.max() ?? 0
        guard first > longest else { return nil }
        let names = months.map(Self.name(ofMonth:))
        let token = text[place]
        return CronError(
            kind: .neverFires, field: .dayOfMonth, token: token, column: text.column(of: place.lowerBound),
            reason: "never fires: there is no day \(first) in \(WordList.joined(names, "or"))",
            replacement: nil,
            hint: "the last day of \(names.count == 1 ? names[0] : "the longest of them") is \(longest)")
    }
}
