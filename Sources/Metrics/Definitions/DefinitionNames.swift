import DebVisorCore

/// How OpenMetrics 1.0 wants metrics to be called (specification/OpenMetrics.md, "Metric Naming and Namespacing"; prometheus.io/docs/practices/naming).
enum DefinitionNames {
    /// - Throws: `usage`.
    static func check(_ name: MetricName, _ type: MetricType, _ unit: String) throws {
        let text = name.text
        if type == .counter {
            guard text.hasSuffix("_total"), text.utf8.count > 6 else {
                throw Fault(.usage, "the name of a counter ends with _total", hint: "call it \(text)_total")
            }
        } else if let ending = (["_total"] + FamilyNames.endings).first(where: text.hasSuffix) {
            throw Fault(
                .usage, "the name of a \(type.rawValue) does not end with \(ending)",
                hint: ending == "_total"
                    ? "a counter's does: --type counter" : "readers would take it for a part of another")
        }
        guard !unit.isEmpty else { return }
        let isPlain = unit.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
        guard isPlain else {
            throw Fault(
                .usage, "'\(unit)' cannot be a unit", hint: "units are words: seconds, bytes, celsius, ratio, percent")
        }
        let base = type == .counter ? String(text.dropLast(6)) : text
        guard base.hasSuffix("_" + unit) else {
            throw Fault(
                .usage, "the name of a metric ends with its unit, and '\(text)' does not end with '_\(unit)'",
                hint: "call it \(base)_\(unit)\(type == .counter ? "_total" : "")")
        }
    }

    /// What else a unit could be; nil if it is fine.
    static func remark(on unit: String) -> String? {
        guard let base = bases.first(where: { $0.1.contains(unit) })?.0 else { return nil }
        return "most tools expect the unit \(base), not \(unit)"
    }

    private static let bases: [(String, Set<String>)] = [
        (
            "seconds",
            ["ms", "milliseconds", "us", "microseconds", "ns", "nanoseconds", "minutes", "hours", "days", "sec", "s"]
        ),
        ("bytes", ["kb", "kilobytes", "mb", "megabytes", "gb", "gigabytes", "bits", "kib", "mib", "gib"]),
        ("meters", ["mm", "millimeters", "cm", "km", "kilometers"]),
        ("celsius", ["fahrenheit"]),
    ]
}

extension MetricDefinition {
    /// What deserves a look though it is allowed; nil if nothing does.
    package var remark: String? { DefinitionNames.remark(on: unit) }
}
