import Glibc

/// How much longer a series would have to be to say as much as one whose values know nothing of each other.
///
/// Hamed and Rao (Journal of Hydrology 204, 1998) widen the variance of Mann and Kendall's test by the autocorrelation
/// of the ranks. As measured, that is too little where values hang together strongly: the estimate is biased to zero by
/// what was taken out before, and its sum ends where a lag is not significant. So the first lag is corrected for its
/// bias and continued as an autoregression, on the safe side of what it may be, and the larger of both sums counts.
enum Persistence {
    /// 1 for values that know nothing of each other; never less.
    /// - Parameter residuals: what is left of the series, in order, without its trend.
    static func inflation(_ residuals: [Double]) -> Double {
        let count = residuals.count
        guard count >= 4 else { return 1 }
        let ranks = centred(Ordered.ranks(unbent(winsorised(residuals))))
        let power = ranks.reduce(0) { $0 + $1 * $1 }
        guard power > 0 else { return 1 }
        func correlation(_ lag: Int) -> Double {
            var sum = 0.0
            for index in lag..<count { sum += ranks[index] * ranks[index - lag] }
            return sum / power
        }
        let first = correlation(1)
        // Marriott and Pope (1954) for a mean, continued for the two terms more that were fitted here.
        let corrected = Swift.min(Swift.max(first + (3 + 5 * first) / Double(count), 0), 0.995)
        // Of few values it may as well be more by what such an estimate errs.
        let persistence = Swift.min(corrected + 1.5 * ((1 - corrected * corrected) / Double(count)).squareRoot(), 0.995)
        var (fitted, measured) = (0.0, 0.0)
        var power1 = 1.0
        var isSignificant = true
        let border = 1.96 / Double(count).squareRoot()
        for lag in 1..<count - 2 {
            let weight = Double(count - lag) * Double(count - lag - 1) * Double(count - lag - 2)
            power1 *= persistence
            fitted += weight * 6 / Double.pi * asin(power1 / 2)
            if isSignificant {
                let here = correlation(lag)
                isSignificant = here > border
                if isSignificant { measured += weight * here }
            }
            if power1 < 1e-9, !isSignificant { break }
        }
        let scale = 2 / (Double(count) * Double(count - 1) * Double(count - 2))
        return 1 + scale * Swift.max(fitted, measured, 0)
    }

    /// Wild values would hide that their neighbours hang together.
    private static func winsorised(_ values: [Double]) -> [Double] {
        let middle = Ordered.median(values)
        let limit = 4 * Ordered.spread(values)
        guard limit > 0 else { return values }
        return values.map { middle + Swift.min(Swift.max($0 - middle, -limit), limit) }
    }

    /// Without the parabola that fits best: a trend that bends is a trend, not persistence.
    private static func unbent(_ values: [Double]) -> [Double] {
        let last = Double(values.count - 1)
        let places = values.indices.map { 2 * Double($0) / last - 1 }
        // Orthogonal over these places, as they are symmetric: 1, x, x² - mean(x²).
        let square = places.reduce(0) { $0 + $1 * $1 } / Double(places.count)
        let bases: [(Double) -> Double] = [{ _ in 1 }, { $0 }, { $0 * $0 - square }]
        var left = values
        for base in bases {
            let (top, bottom) = zip(places, left).reduce((0.0, 0.0)) { sums, point in
                let weight = base(point.0)
                return (sums.0 + weight * point.1, sums.1 + weight * weight)
            }
            guard bottom > 0 else { continue }
            for index in left.indices { left[index] -= top / bottom * base(places[index]) }
        }
        return left
    }

    private static func centred(_ values: [Double]) -> [Double] {
        let mean = values.reduce(0, +) / Double(values.count)
        return values.map { $0 - mean }
    }
}
