/// Quantiles of values that are seen once: exact while there are few, else to a share of the rows that is promised.
///
/// The summary of Greenwald and Khanna (SIGMOD 2001): each kept value stands for `weight` rows, and its rank is known to
/// `slack` rows; both together stay below 2 · error · rows.
package struct QuantileSketch: Sendable {
    private struct Entry {
        var value: Double
        var weight: Int
        var slack: Int
    }

    /// Rows that are all kept.
    package static let exactRows = 5000

    /// How far a quantile's rank may be off, as a share of the rows.
    private let error: Double
    private let exactRows: Int
    private var entries: [Entry] = []
    /// Values not yet among the entries.
    private var waiting: [Double] = []
    package private(set) var count = 0

    /// - Parameters:
    ///   - error: 0.001 is a thousandth of the rows.
    ///   - exactRows: so many rows are kept as they are.
    package init(error: Double = 0.001, exactRows: Int = exactRows) {
        self.error = error
        self.exactRows = exactRows
    }

    /// Whether every value is still there.
    package var isExact: Bool { entries.isEmpty }
    /// The promised error: 0 while exact.
    package var rankError: Double { isExact ? 0 : error }

    package mutating func add(_ value: Double) {
        waiting.append(value)
        count += 1
        if waiting.count > (entries.isEmpty ? exactRows : Swift.max(exactRows / 4, 64)) { merge() }
    }

    private mutating func merge() {
        waiting.sort()
        var merged: [Entry] = []
        merged.reserveCapacity(entries.count + waiting.count)
        var next = 0
        for value in waiting {
            while next < entries.count, entries[next].value <= value {
                merged.append(entries[next])
                next += 1
            }
            // The least and the largest are known exactly.
            let isInside = !merged.isEmpty && next < entries.count
            let slack = isInside ? entries[next].weight + entries[next].slack - 1 : 0
            merged.append(Entry(value: value, weight: 1, slack: slack))
        }
        merged.append(contentsOf: entries[next...])
        waiting.removeAll(keepingCapacity: true)
        entries = compressed(merged)
    }

    private func compressed(_ all: [Entry]) -> [Entry] {
        let most = Int(2 * error * Double(count))
        guard all.count > 2, most > 1 else { return all }
        var kept: [Entry] = [all[all.count - 1]]
        for entry in all[1..<all.count - 1].reversed() {
            let above = kept[kept.count - 1]
            if kept.count > 1, entry.weight + above.weight + above.slack <= most {
                kept[kept.count - 1].weight += entry.weight
            } else {
                kept.append(entry)
            }
        }
        kept.append(all[0])
        return kept.reversed()
    }

    /// The kept values in order, each with the rows it stands for.
    package mutating func weighted() -> [(value: Double, weight: Int)] {
        if isExact {
            waiting.sort()
            return waiting.map { ($0, 1) }
        }
        if !waiting.isEmpty { merge() }
        return entries.map { ($0.value, $0.weight) }
    }

    /// The value that a share of the rows does not exceed; between two rows, while exact, the line between them; nil without
    /// values.
    package mutating func quantile(_ share: Double) -> Double? {
        guard count > 0 else { return nil }
        if isExact {
            waiting.sort()
            let place = share * Double(count - 1)
            let below = Int(place)
            let above = Swift.min(below + 1, count - 1)
            return waiting[below] + (waiting[above] - waiting[below]) * (place - Double(below))
        }
        if !waiting.isEmpty { merge() }
        let rank = Swift.max(1, (share * Double(count)).rounded(.up))
        let margin = Double(Swift.max(1, Int(error * Double(count))))
        var least = 0
        var answer = entries[0].value
        for entry in entries {
            least += entry.weight
            guard Double(least + entry.slack) <= rank + margin else { return answer }
            answer = entry.value
        }
        return answer
    }
}
