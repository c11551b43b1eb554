/// The calibrators of all evidence, two where it has two sides, and their soft maximum.
struct CalibratorBank {
    /// The weight of this row, which grows by half within a few thousand rows, and of all before.
    private let weights: UnsafeMutablePointer<Double>
    private let first: UnsafeMutableRawPointer
    private let calibrators: Int
    private let plans: [Plan]
    /// How rare each evidence is, then how surprising by itself; 32 numbers, the last is none.
    let surprises: UnsafeMutablePointer<Double>
    private let powers: UnsafeMutablePointer<Double>
    /// What is taken from each surprise before it counts.
    private let penalties: UnsafeMutablePointer<Double>

    /// Where an evidence's calibrators of positive and of negative numbers lie, in bytes from the first.
    private struct Plan {
        var above: Int
        var below: Int
        var gap: UInt32
        var isRelative: Bool
    }

    /// 2^(1/8000): after so many rows one counts half.
    private static let growth = 1.000_086_647_151_217_5
    /// 2^20: weights are scaled back from here, by a power of two, which rounds nothing.
    private static let heaviest = 1_048_576.0
    /// Rows before anything surprises.
    static let warmUp = 20
    private static let padded = 32
    /// Surprises beyond one in a million are not told apart.
    private static let most = 6.0
    private static let sharpness = 1.5

    init(in memory: StateMemory, _ workspace: StateMemory, _ evidenceWeights: EvidenceWeights) {
        weights = memory.doubles(2)
        weights[0] = 1
        var plans: [Plan] = []
        var places: [UnsafeMutableRawPointer] = []
        for evidence in Evidence.allCases {
            let above = places.count
            places.append(Calibrator.place(in: memory))
            if !evidence.isOneSided { places.append(Calibrator.place(in: memory)) }
            plans.append(
                Plan(
                    above: above * Calibrator.stride, below: (places.count - 1) * Calibrator.stride, gap: evidence.gap,
                    isRelative: evidence.isRelative))
        }
        first = places[0]
        calibrators = places.count
        self.plans = plans
        surprises = workspace.doubles(Self.padded)
        powers = workspace.doubles(Self.padded)
        penalties = workspace.doubles(Self.padded)
        for evidence in Evidence.allCases { penalties[evidence.rawValue] = evidenceWeights.penalty(of: evidence) }
    }

    /// How surprising a row is as a whole: the soft maximum of how surprising each evidence is, ln(mean of e^1.5s)/1.5,
    /// where s is the decimal logarithm of one in how many rows, less where false alarms have lowered its weight; 0 to 6.
    @inline(__always)
    func surprise(_ evidence: UnsafeMutablePointer<Double>, _ scale: SeriesScale, _ row: Int) -> Double {
        let (weight, total) = (weights[0], weights[1])
        let share = 1 / (weight + total)
        let least = scale.least
        for index in 0..<Evidence.count {
            let number = evidence[index]
            let plan = plans[index]
            let size = abs(number)
            surprises[index] = 1
            guard size > (plan.isRelative ? Evidence.leastRelative : least) else { continue }
            let single = Float(size)
            guard single > 0 else { continue }
            let place = first + (number > 0 ? plan.above : plan.below)
            let rarity = Calibrator(at: place)
                .rarity(of: single, row, gap: plan.gap, weight: weight, share: share)
            if row >= Self.warmUp { surprises[index] = rarity }
        }
        weights[1] = total + weight
        weights[0] = weight * Self.growth
        if weights[0] >= Self.heaviest { scaleBack() }
        return softMaximum()
    }

    @inline(__always)
    private func softMaximum() -> Double {
        for index in 0..<Self.padded {
            let surprise = Binary.logarithm(surprises[index]) * -Binary.log10of2
            // What is no number, from a forged state, is none.
            let kept = surprise > 0 ? (surprise > Self.most ? Self.most : surprise) : 0
            surprises[index] = kept
            let counted = kept - penalties[index]
            powers[index] = Binary.power((counted > 0 ? counted : 0) * (Self.sharpness / Binary.ln2))
        }
        var sums = SIMD4<Double>(powers[28], powers[29], powers[30], 0)
        for index in stride(from: 0, to: 28, by: 4) {
            sums += SIMD4(powers[index], powers[index &+ 1], powers[index &+ 2], powers[index &+ 3])
        }
        let mean = sums.sum() / Double(Evidence.count)
        return Binary.logarithm(mean) * (Binary.ln2 / Self.sharpness)
    }

    /// The same of surprises that are known, one by one.
    static func softMaximum(_ surprise: (Int) -> Double) -> Double {
        var sum = 0.0
        for index in 0..<Evidence.count {
            let counted = Swift.min(Swift.max(surprise(index), 0), most)
            sum += Binary.power(counted * (sharpness / Binary.ln2))
        }
        return Binary.logarithm(sum / Double(Evidence.count)) * (Binary.ln2 / sharpness)
    }

    private func scaleBack() {
        for index in 0..<calibrators {
            Calibrator(at: first + index * Calibrator.stride).scale(by: Float(1 / Self.heaviest))
        }
        weights[0] /= Self.heaviest
        weights[1] /= Self.heaviest
    }
}
