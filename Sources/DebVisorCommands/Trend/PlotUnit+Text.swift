import Trends

extension PlotUnit {
    /// A value as people read it: `41.27 %`, `1.5 GiB`.
    func text(_ value: Double) -> String {
        switch self {
        case .plain: TrendWords.number(value)
        case .suffixed(let unit): TrendWords.number(value) + unit
        case .bytes: Self.binary(value)
        case .bytesPerSecond: Self.binary(value) + "/s"
        }
    }

    private static func binary(_ value: Double) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var (unit, size) = (0, 1.0)
        while abs(value) >= size * 1024, unit + 1 < units.count { (unit, size) = (unit + 1, size * 1024) }
        return "\(TrendWords.number(value / size)) \(units[unit])"
    }
}
