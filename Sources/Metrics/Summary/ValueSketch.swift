import DebVisorCore
import Glibc

/// Quantiles of values that are seen once, each to a hundredth of itself: DDSketch (Masson, Rim and Lee, VLDB 2019).
///
/// Values are counted in bins whose borders grow by the same factor. At most 2048 bins stand for values of one sign, which
/// span 17 powers of ten; beyond that those nearest to zero share one, and only they are less exact. It does not forget,
/// and does not depend on the order of the values.
struct ValueSketch: Sendable, Equatable {
    struct Bin: Sendable, Equatable {
        var index: Int32
        var count: UInt64
    }

    /// The promised error of a quantile, as a share of its value.
    static let error = 0.01
    static let mostBins = 2048

    /// By the size of the values, ascending.
    var positive: [Bin] = []
    var negative: [Bin] = []
    var zeros: UInt64 = 0
    var least = Double.infinity
    var most = -Double.infinity

    var count: UInt64 { (positive + negative).reduce(zeros) { $0 + $1.count } }

    /// - Parameter value: finite.
    mutating func add(_ value: Double) {
        (least, most) = (min(least, value), max(most, value))
        // Sizes that have no reciprocal are zero to any reader.
        if abs(value) < Double.leastNormalMagnitude {
            zeros += 1
        } else if value > 0 {
            Self.count(Self.index(value), in: &positive)
        } else {
            Self.count(Self.index(-value), in: &negative)
        }
    }

    /// The value at or below which this share of the values lies, by the nearest rank; nil if there are none.
    func quantile(_ share: Double) -> Double? {
        let count = count
        guard count > 0 else { return nil }
        var left = UInt64(max(1, (share * Double(count)).rounded(.up))) - 1
        func found(_ bin: Bin, _ sign: Double) -> Double? {
            guard left >= bin.count else { return min(max(sign * Self.value(bin.index), least), most) }
            left -= bin.count
            return nil
        }
        for bin in negative.reversed() { if let value = found(bin, -1) { return value } }
        if left < zeros { return 0 }
        left -= zeros
        for bin in positive { if let value = found(bin, 1) { return value } }
        return most
    }

    private static let growth = (1 + error) / (1 - error)
    private static let logarithm = log(growth)

    private static func index(_ size: Double) -> Int32 { Int32((log(size) / logarithm).rounded(.up)) }
    /// No further than `error` from all that its bin counts.
    private static func value(_ index: Int32) -> Double {
        // Halved first: the largest bin ends beyond what a double holds.
        exp(Double(index) * logarithm - log((growth + 1) / 2))
    }

    private static func count(_ index: Int32, in bins: inout [Bin]) {
        let place = bins.partitioningIndex { $0.index >= index }
        if place < bins.count, bins[place].index == index {
            bins[place].count += 1
        } else {
            bins.insert(Bin(index: index, count: 1), at: place)
        }
        if bins.count > mostBins {
            bins[1].count += bins[0].count
            bins.removeFirst()
        }
    }
}

extension Array {
    /// The first place whose element fits, in an array in which all behind it fit too.
    fileprivate func partitioningIndex(_ fits: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if fits(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
