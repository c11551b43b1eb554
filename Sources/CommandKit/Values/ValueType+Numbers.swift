extension ValueType where Value == Int {
    /// A whole number.
    package static var int: ValueType { number(Int.min, Int.max, "must be a whole number") }

    /// A whole number within both ends.
    package static func int(in range: ClosedRange<Int>) -> ValueType {
        number(
            range.lowerBound, range.upperBound,
            "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }

    /// A whole number that is not too small.
    package static func int(in range: PartialRangeFrom<Int>) -> ValueType {
        number(range.lowerBound, Int.max, "must be a whole number of at least \(range.lowerBound)")
    }

    private static func number(_ low: Int, _ high: Int, _ rule: String) -> ValueType {
        ValueType(placeholder: "N") { text throws(ValueError) in
            guard let value = Int(text), value >= low, value <= high else { throw ValueError(rule) }
            return value
        }
    }
}

extension ValueType where Value == Double {
    /// A finite number.
    package static var double: ValueType {
        ValueType(placeholder: "N") { text throws(ValueError) in try finite(text, "must be a number") }
    }

    /// A finite number within both ends.
    package static func double(in range: ClosedRange<Double>) -> ValueType {
        let rule = "must be a number from \(range.lowerBound) to \(range.upperBound)"
        return ValueType(placeholder: "N") { text throws(ValueError) in
            let value = try finite(text, rule)
            guard range.contains(value) else { throw ValueError(rule) }
            return value
        }
    }

    /// A share from `0%` to `100%`; the sign may be left out. The value is in percents: `10%` is 10.
    package static var percent: ValueType { percent("must be a share from 0% to 100%, like 10%") { $0 >= 0 } }

    /// As `percent`, but not nothing.
    package static var positivePercent: ValueType {
        percent("must be a share above 0%, up to 100%, like 10%") { $0 > 0 }
    }

    private static func percent(_ rule: String, _ isEnough: @escaping @Sendable (Double) -> Bool) -> ValueType {
        return ValueType(placeholder: "PERCENT", text: { "\($0)%" }) { text throws(ValueError) in
            let value = try finite(text.hasSuffix("%") ? String(text.dropLast()) : text, rule)
            guard isEnough(value), value <= 100 else { throw ValueError(rule) }
            return value
        }
    }

    /// Only digits, sign, point and exponent: `Double.init` also takes `0x1p3`, `nan` and `infinity`.
    private static func finite(_ text: String, _ rule: String) throws(ValueError) -> Double {
        let plain = text.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
        guard plain, let value = Double(text), value.isFinite else { throw ValueError(rule) }
        return value
    }
}
