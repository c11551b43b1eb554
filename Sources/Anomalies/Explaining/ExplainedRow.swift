/// What is needed to put a row's evidence into words.
struct ExplainedRow {
    var value: Double
    /// The mean size of departures before the row.
    var noise: Double
    /// How many of its levels a series with known limits never had.
    var newLevels: Int

    /// - Parameter number: the evidence, in the series' unit or as a logarithm.
    func finding(_ evidence: Evidence, number: Double, rarity: Double) -> Explanation.Finding {
        let (text, observed, expected) = words(evidence, number)
        return Explanation.Finding(
            name: evidence.name, text: text, observed: observed, expected: expected, rarity: rarity)
    }

    private func words(_ evidence: Evidence, _ number: Double) -> (String, Double?, Double?) {
        let usual = value - number
        let side = number > 0 ? "above" : "below"
        let size = Figures.text(abs(number))
        switch evidence.subject {
        case .value(let when):
            return ("the value is \(Figures.text(value)), \(when) about \(Figures.text(usual))", value, usual)
        case .mean(let what, let reference):
            return ("\(what) is \(size) \(side) \(reference)", nil, nil)
        case .departures(let rows):
            let text =
                "the last \(rows) rows are \(size) away from their level, where \(Figures.text(noise)) is usual"
            return (text, number, noise)
        case .factor(let what):
            return ("\(what) \(Figures.factor(number)) what it was", nil, nil)
        case .mixture(let rows):
            return ("the last \(rows) rows have another mix of values than all before", nil, nil)
        }
    }
}

extension Evidence {
    /// What an evidence speaks of.
    enum Subject {
        /// The row's value, against what it is at such times.
        case value(String)
        /// A mean or median over rows, against something.
        case mean(String, String)
        case departures(Int)
        /// Something that has grown or shrunk by a factor.
        case factor(String)
        case mixture(Int)
    }

    var subject: Subject {
        switch self {
        case .slowestLevel: .value("over some 500 rows")
        case .slowLevel: .value("over some 100 rows")
        case .median5: .value("in the 5 rows before")
        case .median9: .value("in the 9 rows before")
        case .median25: .value("in the 25 rows before")
        case .average2: .value("just before")
        case .average10: .value("over some 10 rows")
        case .average50: .value("over some 50 rows")
        case .hourOfDay: .value("at this hour of the day")
        case .quarterOfDay: .value("at this quarter of an hour of the day")
        case .hourOfWeek: .value("at this hour of the week")
        case .quarterMean6: .mean("the mean of the last 6 rows", "what the time of day has")
        case .quarterMean24: .mean("the mean of the last 24 rows", "what the time of day has")
        case .weekMean12: .mean("the mean of the last 12 rows", "what the time of the week has")
        case .mean4: .mean("the mean of the last 4 rows", "the level before")
        case .mean8: .mean("the mean of the last 8 rows", "the level before")
        case .mean16: .mean("the mean of the last 16 rows", "the level before")
        case .mean32: .mean("the mean of the last 32 rows", "the level before")
        case .mean64: .mean("the mean of the last 64 rows", "the level before")
        case .medianShift16: .mean("the median of the last 16 rows", "those before")
        case .medianShift32: .mean("the median of the last 32 rows", "those before")
        case .range: .factor("the range of the last 48 rows is")
        case .departureChange: .factor("the unrest of the last 64 rows is")
        case .departure4: .departures(4)
        case .departure8: .departures(8)
        case .departure16: .departures(16)
        case .departure32: .departures(32)
        case .departure64: .departures(64)
        case .mixture16: .mixture(16)
        case .mixture32: .mixture(32)
        case .roughness: .factor("the step from row to row is, over 32 rows,")
        }
    }

    /// Whether the evidence is the distance from an expected value.
    var expectsValue: Bool {
        if case .value = subject { true } else { false }
    }

    /// In records: `hourOfDay` is `hour-of-day`, `median25` is `median-25`.
    var name: String {
        var name = ""
        var before: Character = " "
        for character in "\(self)" {
            if character.isUppercase || character.isNumber && !before.isNumber { name.append("-") }
            name.append(contentsOf: character.lowercased())
            before = character
        }
        return name
    }
}
