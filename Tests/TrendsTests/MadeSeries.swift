import DebVisorCore
import Glibc
import TestSupport

@testable import Trends

/// Series as tests need them, the same for the same seed.
enum MadeSeries {
    /// A Monday, 00:00 UTC.
    static let start = Timestamp(milliseconds: 1_700_438_400_000)
    static let day = 86_400.0

    /// - Parameters:
    ///   - step: seconds between samples.
    ///   - value: of a row and its time in seconds after the first.
    static func samples(_ count: Int, step: Double = 60, _ value: (Int, Double) -> Double) -> [TrendSample] {
        (0..<count).map { row in
            let seconds = Double(row) * step
            return TrendSample(start.adding(milliseconds: Int64(seconds * 1000)), value(row, seconds))
        }
    }

    static func white(_ count: Int, seed: UInt64) -> [Double] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in normal(using: &random) }
    }

    /// Each value keeps a share of the one before; the first is as spread as all others.
    static func autoregressive(_ count: Int, _ share: Double = 0.9, seed: UInt64) -> [Double] {
        var random = SeededRandom(seed: seed)
        var level = normal(using: &random) / (1 - share * share).squareRoot()
        return (0..<count).map { _ in
            level = share * level + normal(using: &random)
            return level
        }
    }

    /// Box and Muller.
    static func normal(using random: inout SeededRandom) -> Double {
        let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &random))).squareRoot()
        return radius * cos(2 * Double.pi * Double.random(in: 0..<1, using: &random))
    }
}

extension TrendForecast {
    /// Days from the last sample to a time of the forecast.
    func days(to time: Timestamp?) -> Double? {
        time.map { Double($0.milliseconds - trend.until.milliseconds) / 86_400_000 }
    }
}
