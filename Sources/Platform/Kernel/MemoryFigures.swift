/// The memory of this host: `/proc/meminfo`, by the kernel's names. Bytes, but for what is a number of pages
/// (`HugePages_Total`).
package struct MemoryFigures: Sendable, Equatable {
    private let values: [String: UInt64]

    /// - Returns: nil for a text without figures.
    package init?(_ text: String) {
        var values: [String: UInt64] = [:]
        for line in text.textLines {
            let words = line.words
            guard words.count > 1, words[0].hasSuffix(":"), let number = UInt64(words[1]) else { continue }
            let isKibibytes = words.count > 2 && words[2] == "kB"
            let (bytes, overflows) = number.multipliedReportingOverflow(by: isKibibytes ? 1024 : 1)
            if !overflows { values[String(words[0].dropLast())] = bytes }
        }
        guard !values.isEmpty else { return nil }
        self.values = values
    }

    package subscript(name: String) -> UInt64? { values[name] }
}

/// Counters of the memory management: `/proc/vmstat`, by the kernel's names.
package struct PagingCounters: Sendable, Equatable {
    private let values: [String: UInt64]

    package init(_ text: String) {
        let pairs = text.textLines.compactMap { line -> (String, UInt64)? in
            let words = line.words
            return words.count == 2 ? UInt64(words[1]).map { (String(words[0]), $0) } : nil
        }
        values = Dictionary(pairs) { $1 }
    }

    package subscript(name: String) -> UInt64? { values[name] }
}

/// For how long something was short: `/proc/pressure` (Documentation/accounting/psi.rst of the kernel).
package struct PressureFigures: Sendable, Equatable {
    /// Seconds in which at least one task waited.
    package var waiting: Double?
    /// Seconds in which all did.
    package var stalled: Double?

    /// The text of `cpu`, `io` or `memory`.
    package init(_ text: String) {
        for line in text.textLines {
            let total = line.words.first { $0.hasPrefix("total=") }.flatMap { UInt64($0.dropFirst(6)) }
            let seconds = total.map { Double($0) / 1e6 }
            if line.hasPrefix("some ") { waiting = seconds }
            if line.hasPrefix("full ") { stalled = seconds }
        }
    }
}
