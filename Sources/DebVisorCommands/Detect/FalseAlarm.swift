import DebVisorCore

/// What a false alarm changed for its series.
struct FalseAlarmEffect: Sendable {
    /// In words, with numbers.
    var sentences: [String]
}

extension AppContext {
    /// Lowers the weight of the evidence that spoke in a series between two times.
    /// - Returns: nil if nothing spoke.
    func falseAlarm(
        series: String, from: Timestamp, until: Timestamp, by: String, at: Timestamp
    ) throws -> FalseAlarmEffect? { nil }
}
