/// Quantiles of small sets.
enum Ordered {
    /// The mean of the middle two of an even number; 0 of none.
    static func median(_ values: some Sequence<Double>) -> Double {
        var values = Array(values)
        return values.withUnsafeMutableBufferPointer { median(rearranging: $0) }
    }

    /// As `median`; the smaller half of the values comes to the beginning.
    static func median(rearranging values: UnsafeMutableBufferPointer<Double>) -> Double {
        guard !values.isEmpty else { return 0 }
        let middle = values.count / 2
        Selection.put(middle, of: values, within: 0...values.count - 1)
        guard values.count % 2 == 0 else { return values[middle] }
        let below = values[..<middle].max() ?? values[middle]
        return below + (values[middle] - below) * 0.5
    }

    /// Of sorted values; between two of them the line that joins them; 0 of none.
    static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        guard let last = sorted.last else { return 0 }
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        guard below + 1 < sorted.count else { return last }
        return sorted[below] + (sorted[below + 1] - sorted[below]) * (place - Double(below))
    }

    /// Standard deviation of a normal distribution of this median absolute deviation from the median.
    static func spread(_ values: [Double]) -> Double {
        let middle = median(values)
        return 1.4826 * median(values.map { abs($0 - middle) })
    }

    /// The ranks of values, counted from 1; equal values share the mean of theirs.
    static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
            start = end
        }
        return ranks
    }
}
