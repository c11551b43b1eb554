import Glibc

/// Numbers for people.
package enum Figures {
    /// Four digits that count: `41.27`, `1234000`, `0.00005678`.
    package static func text(_ number: Double) -> String {
        let rounded = rounded(number, digits: 4)
        let text = "\(rounded)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// `1 in 4,000 rows`.
    static func oneIn(_ share: Double) -> String {
        let rows = Int(rounded(Swift.min(1 / Swift.max(share, 1e-12), 1e12), digits: 1))
        var digits = "\(Swift.max(rows, 1))"
        var text = ""
        while digits.count > 3 {
            text = "," + digits.suffix(3) + text
            digits.removeLast(3)
        }
        return "1 in \(digits)\(text) rows"
    }

    /// A logarithm as a factor: `3.2 times`, `a 2.5th part of` as `0.4 times`.
    static func factor(_ logarithm: Double) -> String {
        "\(text(rounded(exp(Swift.min(Swift.max(logarithm, -700), 700)), digits: 2))) times"
    }

    static func powerOfTen(_ exponent: Double) -> Double { pow(10, exponent) }

    private static func rounded(_ number: Double, digits: Int) -> Double {
        guard number != 0, number.isFinite else { return number }
        let scale = digits - 1 - Int(floor(log10(abs(number))))
        // Dividing by a power of ten gives the shortest text; the powers themselves are exact up to 22.
        let power = pow(10, Double(abs(scale)))
        let result = scale >= 0 ? (number * power).rounded() / power : (number / power).rounded() * power
        return result.isFinite ? result : number
    }
}
