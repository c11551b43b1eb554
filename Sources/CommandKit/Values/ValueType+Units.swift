extension ValueType where Value == Int {
    /// A span of time in whole seconds: `90s`, `5m`, `2h`, `7d`, `1h30m`; at least `minimum` seconds.
    package static func duration(atLeast minimum: Int = 0) -> ValueType {
        let rule = "must be a duration like 90s, 5m, 2h, 7d or 1h30m"
        return ValueType(placeholder: "DURATION", text: { UnitNumber.duration.text(of: $0) }) {
            text throws(ValueError) in
            guard let seconds = UnitNumber.duration.sum(text) else { throw ValueError(rule) }
            guard seconds >= minimum else {
                throw ValueError("must be at least \(UnitNumber.duration.text(of: minimum))")
            }
            return seconds
        }
    }

    /// A span of time in whole seconds: `90s`, `5m`, `2h`, `7d`, `1h30m`.
    package static var duration: ValueType { duration() }

    /// A number of bytes: `512`, `64KiB`, `64MiB`, `10G`, `1.5T`; every unit is a power of 1024. At least `minimum`.
    package static func size(atLeast minimum: Int = 0) -> ValueType {
        let rule = "must be a size like 512, 64MiB or 10G"
        return ValueType(placeholder: "SIZE", text: { UnitNumber.size.text(of: $0) }) { text throws(ValueError) in
            guard let bytes = UnitNumber.size.one(text) else { throw ValueError(rule) }
            guard bytes >= minimum else { throw ValueError("must be at least \(UnitNumber.size.text(of: minimum))") }
            return bytes
        }
    }

    /// A number of bytes: `512`, `64KiB`, `64MiB`, `10G`, `1.5T`; every unit is a power of 1024.
    package static var size: ValueType { size() }
}

/// Whole numbers written with units, checked for overflow.
struct UnitNumber: Sendable {
    /// Spellings (the first is the one we write) and what each is worth, the largest first.
    let units: [(names: [String], factor: Int)]
    /// What a number without a unit counts; nil when a unit is needed.
    let plain: String?

    static let duration = UnitNumber(
        units: [(["w"], 604_800), (["d"], 86_400), (["h"], 3600), (["m", "min"], 60), (["s"], 1)], plain: nil)

    static let size = UnitNumber(
        units: [
            (["EiB", "E"], 1 << 60), (["PiB", "P"], 1 << 50), (["TiB", "T"], 1 << 40), (["GiB", "G"], 1 << 30),
            (["MiB", "M"], 1 << 20), (["KiB", "K", "k"], 1 << 10), (["B"], 1),
        ], plain: "B")

    /// Several parts with falling units, like `1h30m`; nil for anything else.
    func sum(_ text: String) -> Int? {
        var total = 0
        var rest = text[...]
        var previous = Int.max
        if text == "0" { return 0 }
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let unit = rest[digits.endIndex...].prefix { $0.isASCII && $0.isLetter }
            guard let number = Int(digits), let factor = factor(of: String(unit)), factor < previous else { return nil }
            let (product, tooLarge) = number.multipliedReportingOverflow(by: factor)
            let (sum, overflow) = total.addingReportingOverflow(product)
            guard !tooLarge, !overflow else { return nil }
            (total, previous, rest) = (sum, factor, rest[unit.endIndex...])
        }
        return total
    }

    /// One number, with an optional decimal fraction when there is a unit; nil for anything else.
    func one(_ text: String) -> Int? {
        let whole = text.prefix { $0.isASCII && $0.isNumber }
        var rest = text[whole.endIndex...]
        var fraction: Substring = ""
        if rest.first == "." {
            fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard !fraction.isEmpty, fraction.count <= 9 else { return nil }
            rest = rest[fraction.endIndex...]
        }
        let unit = rest.isEmpty ? plain : String(rest)
        guard let number = Int(whole), let unit, let factor = factor(of: unit) else { return nil }
        let (product, tooLarge) = number.multipliedReportingOverflow(by: factor)
        guard !tooLarge else { return nil }
        guard !fraction.isEmpty else { return product }
        var scale = 1
        for _ in fraction { scale *= 10 }
        guard factor > 1, let numerator = Int(fraction) else { return nil }
        // 9 digits times 2^60 do not fit 64 bits.
        let part = factor.multipliedFullWidth(by: numerator)
        let (sum, overflow) = product.addingReportingOverflow(scale.dividingFullWidth(part).quotient)
        return overflow ? nil : sum
    }

    /// Written with the largest unit that leaves nothing over.
    func text(of value: Int) -> String {
        guard value != 0 else { return plain == nil ? "0s" : "0" }
        for unit in units where value % unit.factor == 0 {
            return unit.factor == 1 && plain != nil ? "\(value)" : "\(value / unit.factor)\(unit.names[0])"
        }
        return "\(value)"
    }

    private func factor(of name: String) -> Int? { units.first { $0.names.contains(name) }?.factor }
}
