/// The median of the slopes of all pairs (Theil 1950, Sen 1968): a line that a quarter of wild values does not move.
struct TheilSen {
    let slope: Double
    /// The line's value at x = 0: half of the points lie above.
    let intercept: Double
    /// All slopes, the smaller half first.
    private let slopes: [Double]

    /// - Parameter x: rising or equal; pairs of equal ones have no slope.
    init(_ x: [Double], _ y: [Double]) {
        var slopes = [Double](unsafeUninitializedCapacity: x.count * (x.count - 1) / 2) { buffer, count in
            for last in x.indices {
                let (end, top) = (x[last], y[last])
                for first in 0..<last where x[first] < end {
                    buffer.initializeElement(at: count, to: (top - y[first]) / (end - x[first]))
                    count += 1
                }
            }
        }
        let slope = slopes.withUnsafeMutableBufferPointer { Ordered.median(rearranging: $0) }
        self.slope = slope
        self.slopes = slopes
        intercept = Ordered.median(zip(x, y).map { $1 - slope * $0 })
    }

    func value(at x: Double) -> Double { intercept + slope * x }

    func residuals(_ x: [Double], _ y: [Double]) -> [Double] { zip(x, y).map { $1 - value(at: $0) } }

    /// Slopes between which the true one lies in nine cases of ten, if Kendall's S deviates by so much (Sen 1968).
    func range(deviation: Double) -> ClosedRange<Double> {
        guard !slopes.isEmpty else { return Swift.min(0, slope)...Swift.max(0, slope) }
        let half = 1.645 * deviation / 2
        let (middle, last) = (Double(slopes.count) / 2, slopes.count - 1)
        func place(_ place: Double) -> Int { Int(Swift.min(Swift.max(place, 0), Double(last))) }
        let (low, high) = (place((middle - half).rounded(.down)), place((middle + half).rounded(.up)))
        var slopes = slopes
        let (least, most) = slopes.withUnsafeMutableBufferPointer { slopes in
            Selection.put(low, of: slopes, within: 0...Swift.max(slopes.count / 2, low))
            Selection.put(high, of: slopes, within: low...last)
            return (slopes[low], slopes[high])
        }
        return Swift.min(least, self.slope)...Swift.max(most, self.slope)
    }
}
