/// One way to look at a row, and how its numbers are to be judged.
///
/// The 31 in their order; what each is called is said where it explains itself (`Evidence+Words`).
enum Evidence: Int, CaseIterable, Sendable {
    case slowestLevel, slowLevel
    case median5, median9, median25
    case average2, average10, average50
    case hourOfDay, quarterOfDay, hourOfWeek
    case quarterMean6, quarterMean24, weekMean12
    case mean4, mean8, mean16, mean32, mean64
    case medianShift16, medianShift32
    case range, departureChange
    case departure4, departure8, departure16, departure32, departure64
    case mixture16, mixture32
    case roughness

    static let count = allCases.count

    /// Larger is more unusual, and there is no smaller than nothing.
    var isOneSided: Bool {
        switch self {
        case .departure4, .departure8, .departure16, .departure32, .departure64, .mixture16, .mixture32: true
        default: false
        }
    }

    /// Whether it is a logarithm or a divergence, which has a smallest size of its own, or in the series' unit.
    var isRelative: Bool {
        switch self {
        case .range, .departureChange, .mixture16, .mixture32, .roughness: true
        default: false
        }
    }

    /// Extremes within so many rows are one: smooth evidence would otherwise fill its list of extremes with neighbours, and
    /// the tail would look thin.
    var gap: UInt32 {
        switch self {
        case .slowestLevel, .slowLevel, .median5, .median9, .median25, .average2, .average10, .average50,
            .medianShift16, .medianShift32:
            0
        default: 10
        }
    }

    /// Relative evidence below it counts as none.
    static let leastRelative = 0.02
}
