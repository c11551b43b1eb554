/// Numbers with units as text.
package enum UnitText {
    /// `512 B`, `1.5 GiB`, `75 MiB`: one decimal below 10, none above.
    static func bytes(_ bytes: UInt64) -> String {
        guard bytes >= 1024 else { return "\(bytes) B" }
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1024, unit + 1 < units.count {
            value /= 1024
            unit += 1
        }
        // 1023.7 KiB must not be shown as 1024 KiB.
        if value.rounded() >= 1024, unit + 1 < units.count {
            value /= 1024
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(units[unit])" : "\(Int(value.rounded())) \(units[unit])"
    }

    /// `0.25 s`, `3.1 s`, `2m05s`, `3h12m`, `5d07h`.
    package static func seconds(_ seconds: Double) -> String? {
        guard seconds.isFinite, abs(seconds) < 1e15 else { return nil }
        let sign = seconds < 0 ? "-" : ""
        let length = abs(seconds)
        if length < 0.995, length > 0 { return sign + fixed(Int((length * 100).rounded()), 2) + " s" }
        if length < 59.95 { return sign + fixed(Int((length * 10).rounded()), 1) + " s" }
        let whole = Int(length.rounded())
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if whole < 3600 { return sign + "\(whole / 60)m\(two(whole % 60))s" }
        if whole < 86_400 { return sign + "\(whole / 3600)h\(two(whole / 60 % 60))m" }
        return sign + "\(whole / 86_400)d\(two(whole / 3600 % 24))h"
    }

    /// Seconds as a bare number, exact to the millisecond: `3.1`, `0.125`, `90`. Nil when there is no number.
    static func plainSeconds(_ seconds: Double) -> String? {
        guard seconds.isFinite, abs(seconds) < 9e15 else { return nil }
        let thousandths = Int((abs(seconds) * 1000).rounded())
        var text = fixed(thousandths, 3)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return seconds < 0 && thousandths != 0 ? "-" + text : text
    }

    private static func fixed(_ number: Int, _ decimals: Int) -> String {
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}
