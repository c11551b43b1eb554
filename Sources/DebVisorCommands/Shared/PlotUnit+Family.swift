import Metrics

extension PlotUnit {
    /// The unit of a family, or what its name ends with.
    init(_ family: MetricFamily, isRate: Bool = false) {
        let name = family.name.text
        let ending = name.hasSuffix("_total") ? String(name.dropLast(6)) : name
        func has(_ unit: String) -> Bool { family.unit == unit || ending.hasSuffix("_" + unit) }
        if has("bytes") {
            self = isRate ? .bytesPerSecond : .bytes
        } else if has("seconds") {
            self = .suffixed(isRate ? " s/s" : " s")
        } else if has("percent") {
            self = .suffixed(isRate ? " %/s" : " %")
        } else {
            self = isRate ? .suffixed("/s") : .plain
        }
    }
}
