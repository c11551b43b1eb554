import Glibc
import TestSupport

/// Series without anomalies, the same for the same seed.
enum Noise: String, CaseIterable, Sendable {
    case white, exponential, autoregressive, dailySine

    /// - Parameter step: seconds between rows.
    func series(_ count: Int, seed: UInt64, step: Int = 60) -> [Double] {
        var random = SeededRandom(seed: seed &* 31 &+ UInt64(rawValue.utf8.count))
        var level = 0.0
        return (0..<count).map { row in
            let normal = Self.normal(using: &random)
            switch self {
            case .white: return 50 + 5 * normal
            case .exponential: return -log(1 - Double.random(in: 0..<1, using: &random))
            case .autoregressive:
                level = 0.9 * level + normal
                return 20 + level
            case .dailySine: return 50 + 20 * sin(2 * Double.pi * Double(row * step) / 86_400) + 2 * normal
            }
        }
    }

    /// Box and Muller.
    static func normal(using random: inout SeededRandom) -> Double {
        let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &random))).squareRoot()
        return radius * cos(2 * Double.pi * Double.random(in: 0..<1, using: &random))
    }
}

/// Series that have something to find: levels that move, spikes, calm, repeats, gaps in time.
enum Restless {
    static func series(_ count: Int, seed: UInt64) -> [(value: Double, stamp: Double)] {
        var random = SeededRandom(seed: seed)
        var (level, spread, stamp) = (40.0, 1.0, 1_700_000_000.0)
        return (0..<count).map { row in
            stamp += Int.random(in: 0..<100, using: &random) == 0 ? 3600 : 60
            switch Int.random(in: 0..<400, using: &random) {
            case 0: level += Double.random(in: -20...20, using: &random)
            case 1: spread = Double.random(in: 0...5, using: &random)
            case 2: return (level + 100 * Double.random(in: 0...1, using: &random), stamp)
            case 3: stamp -= 120
            default: break
            }
            let value = level + spread * Noise.normal(using: &random) + 3 * sin(Double(row) / 50)
            return (row % 3 == 0 ? value.rounded() : value, stamp)
        }
    }
}
