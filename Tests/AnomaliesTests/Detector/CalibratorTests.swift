import TestSupport
import Testing

@testable import Anomalies

@Suite struct CalibratorTests {
    private let memory = StateMemory(capacity: 40 * 1024)

    private func calibrator() -> Calibrator { Calibrator(at: Calibrator.place(in: memory)) }

    @Test("Sizes drawn from one distribution are as rare as they are told to be", arguments: [0, 10] as [UInt32])
    func calibrated(gap: UInt32) {
        let calibrator = calibrator()
        var random = SeededRandom(seed: 8)
        var counts: [Double: Int] = [0.5: 0, 0.1: 0, 0.01: 0]
        let rows = 40_000
        for row in 0..<rows {
            // Exponential: no octave has the shares that a uniform one would have.
            let size = Float(abs(Noise.normal(using: &random)))
            let total = Double(row)
            let rarity = calibrator.rarity(of: size, row, gap: gap, weight: 1, share: 1 / (total + 1))
            guard row >= 1000 else { continue }
            for share in counts.keys where rarity <= share { counts[share, default: 0] += 1 }
        }
        for (share, count) in counts {
            // Octaves are coarse in the body; clusters make extremes fewer.
            let told = Double(count) / Double(rows - 1000)
            #expect(told < 2.5 * share && told > share / 8, "\(share): \(told)")
        }
    }

    @Test("Above the largest size rarity falls by the tail's power, and not below one in a million millions")
    func tail() {
        let calibrator = calibrator()
        for row in 0..<200 {
            _ = calibrator.rarity(of: Float(1 + row % 50), row, gap: 0, weight: 1, share: 1 / Double(row + 1))
        }
        var before = 1.0
        for (row, size) in [60, 120, 1000, 1e6, 1e30].enumerated() {
            let rarity = calibrator.rarity(of: Float(size), 200 + row, gap: 0, weight: 1, share: 1 / Double(201 + row))
            #expect(rarity <= before && rarity > 5e-13)
            if row < 2 { #expect(rarity < before / 10) }
            before = rarity
        }
    }

    @Test("Scaling all weights changes nothing but the weights")
    func scaling() {
        let (one, other) = (calibrator(), calibrator())
        var random = SeededRandom(seed: 2)
        for row in 0..<5000 {
            let size = Float.random(in: 0.001...100, using: &random)
            if row == 2500 { other.scale(by: 0.25) }
            let weight = row < 2500 ? 1 : 0.25
            let total = row < 2500 ? Double(row) : Double(row) * 0.25
            let first = one.rarity(of: size, row, gap: 10, weight: 1, share: 1 / Double(row + 1))
            let second = other.rarity(of: size, row, gap: 10, weight: weight, share: 1 / (total + weight))
            #expect(abs(first / second - 1) < 1e-9)
        }
    }
}
