/// What the values of a plot are.
enum PlotUnit: Sendable, Equatable {
    /// Numbers: `250`, `1.5M`.
    case plain
    case bytes, bytesPerSecond
    /// Numbers and what they count: ` s`, ` %`.
    case suffixed(String)
}

/// The axis of values: round numbers at equal distances, from below the least value to above the largest.
struct PlotScale: Sendable, Equatable {
    /// Ascending, in the values' own unit.
    let ticks: [Double]
    let labels: [String]

    /// - Parameter ticks: about so many.
    init(_ least: Double, _ most: Double, _ unit: PlotUnit, ticks: Int) {
        // The width of the axis is to be a number too.
        let (low, high) = (max(least, -4e307), min(most, 4e307))
        let largest = max(abs(low), abs(high))
        var prefix = UnitPrefix(largest, unit)
        var axis = Self.axis(low / prefix.size, high / prefix.size, ticks)
        if axis.decimals > 3, prefix.isOptional {
            prefix = UnitPrefix(size: 1, text: prefix.unit, unit: prefix.unit)
            axis = Self.axis(low, high, ticks)
        }
        let (size, text) = (prefix.size, prefix.text)
        self.ticks = axis.ticks.map { $0 * size }
        labels = axis.ticks.map { tick in
            let digits = Self.fixed(tick, axis.decimals)
            return digits.contains { "123456789".contains($0) } ? digits + text : "0"
        }
    }

    /// Where a value lies among so many places, from below; what is beyond the axis at its edge.
    func place(_ value: Double, of count: Int) -> Int {
        let (low, high) = (ticks[0], ticks[ticks.count - 1])
        let share = (min(max(value, low), high) - low) / (high - low)
        return Int((share * Double(count - 1)).rounded())
    }

    private static func axis(_ low: Double, _ high: Double, _ count: Int) -> (ticks: [Double], decimals: Int) {
        let largest = max(abs(low), abs(high))
        // What is as good as level lies in the middle.
        guard high - low > largest * 1e-12, high - low > 1e-290 else {
            let low = largest > 1e-290 ? low : 0
            let (_, exponent) = power(below: largest)
            let room = low != 0 ? Double("1e\(exponent)") ?? 1 : 1
            let decimals = (0...6).first { (low * powers[$0]).rounded() / powers[$0] == low } ?? 6
            return ([low - room, low, low + room], low != 0 ? max(decimals, -exponent) : 0)
        }
        let raw = (high - low) / Double(count)
        let (_, exponent) = power(below: raw)
        let unit = Double("1e\(exponent)") ?? 1
        let factor = [1.0, 2, 5].first { $0 * unit >= raw * 0.999_999 } ?? 10
        // Tenths and hundredths are no doubles: whole numbers over whole numbers are nearer.
        func tick(_ index: Double) -> Double {
            exponent < 0 && exponent >= -22 ? index * factor / powers[-exponent] : index * factor * unit
        }
        let first = (low / (factor * unit) + 1e-9).rounded(.down)
        let last = max(first + 1, (high / (factor * unit) - 1e-9).rounded(.up))
        let ticks = (0...Int(last - first)).map { tick(first + Double($0)) }
        return (ticks, max(0, factor == 10 ? -exponent - 1 : -exponent))
    }

    private static let powers: [Double] = (0...22).map { Double("1e\($0)") ?? 1 }

    /// The largest power of ten that is not above a number, and its exponent.
    static func power(below number: Double) -> (Double, Int) {
        guard number > 0 else { return (1, 0) }
        var exponent = 0
        while exponent < 308, Double("1e\(exponent + 1)") ?? .infinity <= number { exponent += 1 }
        while exponent > -300, Double("1e\(exponent)") ?? 0 > number { exponent -= 1 }
        return (Double("1e\(exponent)") ?? 1, exponent)
    }

    static func fixed(_ number: Double, _ decimals: Int) -> String {
        let places = min(decimals, 17)
        let scaled = (abs(number) * powers[places]).rounded()
        guard scaled < 9e18 else { return number.description }
        let digits = String(UInt64(scaled))
        let sign = number < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
    }
}

/// What the numbers of an axis are counted in: `MiB`, thousands.
private struct UnitPrefix {
    var size: Double
    var text: String
    /// Without a prefix.
    var unit: String
    /// Whether the plain number can be read too.
    var isOptional: Bool { size > 1 && size < 1e15 && !text.hasSuffix("B") && !text.hasSuffix("B/s") }

    init(size: Double, text: String, unit: String) { (self.size, self.text, self.unit) = (size, text, unit) }

    init(_ largest: Double, _ kind: PlotUnit) {
        switch kind {
        case .bytes: self.init(binary: largest, "")
        case .bytesPerSecond: self.init(binary: largest, "/s")
        case .plain: self.init(decimal: largest, "")
        case .suffixed(let unit): self.init(decimal: largest, unit)
        }
    }

    private init(binary largest: Double, _ ending: String) {
        let names = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var (size, index) = (1.0, 0)
        while largest >= size * 1024, index + 1 < names.count { (size, index) = (size * 1024, index + 1) }
        self.init(size: size, text: " \(names[index])\(ending)", unit: ending)
    }

    private init(decimal largest: Double, _ unit: String) {
        let (power, exponent) = PlotScale.power(below: largest)
        if largest > 1e-290, largest < 1e-3 || largest >= 1e15 {
            self.init(size: power, text: "e\(exponent)\(unit)", unit: unit)
        } else {
            let steps: [(Double, String)] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e5, "k")]
            let step = steps.first { largest >= $0.0 }
            self.init(size: step.map { $0.1 == "k" ? 1000 : $0.0 } ?? 1, text: (step?.1 ?? "") + unit, unit: unit)
        }
    }
}
