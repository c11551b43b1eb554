import CommandKit
import Metrics

/// A value as a person types it.
struct SampleValue: Sendable, Equatable {
    var number: Double

    static func == (a: SampleValue, b: SampleValue) -> Bool { a.number.bitPattern == b.number.bitPattern }
}

extension ValueType where Value == SampleValue {
    /// `12.5`, `-3e9`, `NaN`, `+Inf`, `-Inf` in any case, `end` for the end of a series.
    static var sampleValue: ValueType {
        ValueType(placeholder: "VALUE", text: { SpecialValue($0.number)?.rawValue ?? "\($0.number)" }) {
            text throws(ValueError) in
            switch text.lowercased() {
            case "end": return SampleValue(number: Sample.endOfSeries)
            case "nan": return SampleValue(number: .nan)
            case "inf", "+inf": return SampleValue(number: .infinity)
            case "-inf": return SampleValue(number: -.infinity)
            default: break
            }
            // `Double` also reads hexadecimal numbers, and too large ones as infinite.
            let isPlain = text.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
            guard isPlain, let number = Double(text), number.isFinite else {
                throw ValueError("must be a number like 12.5 or -3e9, NaN, +Inf, -Inf, or end")
            }
            return SampleValue(number: number)
        }
    }
}
