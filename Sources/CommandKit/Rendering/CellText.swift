/// Values as a person reads them in a table.
struct CellText: Sendable {
    /// The present, on a terminal: instants are then shown by their age.
    var now: Int64?

    func text(_ value: FieldValue) -> String {
        switch value {
        case .null: "-"
        case .bool(let bool): bool ? "yes" : "no"
        case .int(let number): String(number)
        case .uint(let number): String(number)
        case .double(let number): Self.short(number)
        case .string(let string): VisibleText.line(string)
        case .bytes(let bytes): UnitText.bytes(bytes)
        case .seconds(let seconds): UnitText.seconds(seconds) ?? "-"
        case .timestamp(let instant): now.map { TimeText.age(instant, now: $0) } ?? TimeText.rfc3339(instant)
        case .list(let elements): list(elements)
        case .object(let members):
            members.isEmpty
                ? "-" : members.map { "\(VisibleText.line($0.key))=\(text($0.value))" }.joined(separator: ", ")
        }
    }

    /// Records in a cell are counted; their own table is below the view of one record.
    private func list(_ elements: [FieldValue]) -> String {
        if elements.isEmpty { return "-" }
        if case .object = elements[0] { return String(elements.count) }
        return elements.map { text($0) }.joined(separator: ", ")
    }

    /// Whole numbers without a point, others with at most three decimals; `NaN`, `+Inf`, `-Inf`.
    private static func short(_ number: Double) -> String {
        guard number.isFinite else { return number.isNaN ? "NaN" : number > 0 ? "+Inf" : "-Inf" }
        if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
        guard abs(number) >= 0.001, abs(number) < 1e12 else { return String(describing: number) }
        return String(describing: (number * 1000).rounded() / 1000)
    }
}
