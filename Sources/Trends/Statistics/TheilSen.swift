/// The median of the slopes of all pairs (Theil 1950, Sen 1968): a line that a quarter of wild values does not move.
struct TheilSen {
    let slope: Double
    /// The line's value at x = 0: half of the points lie above.
    let intercept: Double
    /// All slopes, sorted.
    private let slopes: [Double]

    /// - Parameter x: rising or equal; pairs of equal ones have no slope.
    init(_ x: [Double], _ y: [Double]) {
        var slopes: [Double] = []
        slopes.reserveCapacity(x.count * (x.count - 1) / 2)
        for last in x.indices {
            for first in 0..<last where x[first] < x[last] {
                slopes.append((y[last] - y[first]) / (x[last] - x[first]))
            }
        }
        slopes.sort()
        let slope = Ordered.quantile(slopes, 0.5)
        self.slope = slope
        self.slopes = slopes
        intercept = Ordered.median(zip(x, y).map { $1 - slope * $0 })
    }

    func value(at x: Double) -> Double { intercept + slope * x }

    func residuals(_ x: [Double], _ y: [Double]) -> [Double] { zip(x, y).map { $1 - value(at: $0) } }

    /// Slopes between which the true one lies in nine cases of ten, if Kendall's S deviates by so much (Sen 1968).
    func range(deviation: Double) -> ClosedRange<Double> {
        let half = 1.645 * deviation / 2
        let middle = Double(slopes.count) / 2
        func slope(at place: Double) -> Double {
            slopes.isEmpty ? 0 : slopes[Int(Swift.min(Swift.max(place, 0), Double(slopes.count - 1)))]
        }
        let (least, most) = (slope(at: (middle - half).rounded(.down)), slope(at: (middle + half).rounded(.up)))
        return Swift.min(least, self.slope)...Swift.max(most, self.slope)
    }
}
