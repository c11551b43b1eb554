import Glibc

/// Numbers and times for people.
package enum TrendWords {
    /// Four digits that count: `41.27`, `1234000`, `0.00005678`.
    package static func number(_ number: Double) -> String {
        guard number != 0, number.isFinite else { return number == 0 ? "0" : "\(number)" }
        let scale = 3 - Int(floor(log10(abs(number))))
        let power = pow(10, Double(abs(scale)))
        let rounded = scale >= 0 ? (number * power).rounded() / power : (number / power).rounded() * power
        let text = "\(rounded.isFinite ? rounded : number)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Two units at most: `3 d 4 h`, `25 min`, `40 s`.
    package static func duration(seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 1e12).rounded())
        let units = [("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)]
        guard let first = units.firstIndex(where: { whole >= $0.1 }) else { return "0 s" }
        let (name, length) = units[first]
        let count = whole / length
        guard count < 10, first + 1 < units.count else { return "\((whole + length / 2) / length) \(name)" }
        let rest = (whole - count * length) / units[first + 1].1
        return rest == 0 ? "\(count) \(name)" : "\(count) \(name) \(rest) \(units[first + 1].0)"
    }

    /// `0.99`, but never 1 where it is not.
    static func share(_ share: Double) -> String {
        share >= 0.9995 && share < 1 ? "> 0.999" : number((share * 1000).rounded() / 1000)
    }
}
