/// What all evidence of a row said and what it counted then, from which the row can be judged anew under other weights.
package struct Testimony: Sendable, Hashable {
    /// How surprising each evidence was by itself, in thousandths, in the order of `Evidence`.
    let thousandths: [Int16]
    let weights: EvidenceWeights
    /// How many levels were new, of a series with known limits: 0 to 2.
    let newLevels: Int

    /// Nil if these are not numbers that a detector gives.
    init?(thousandths: [Int], weights: EvidenceWeights, newLevels: Int) {
        guard thousandths.count == Evidence.count, thousandths.allSatisfy({ 0...6000 ~= $0 }), 0...2 ~= newLevels else {
            return nil
        }
        (self.thousandths, self.weights, self.newLevels) = (thousandths.map { Int16($0) }, weights, newLevels)
    }

    init?(surprises: UnsafeMutablePointer<Double>, weights: EvidenceWeights, newLevels: Int) {
        self.init(
            thousandths: (0..<Evidence.count).map { Int((surprises[$0] * 1000).rounded()) }, weights: weights,
            newLevels: newLevels)
    }

    /// What counted as one in a thousand rows or fewer by itself, where that is `info`: at least the strongest evidence of a
    /// finding is.
    var speakers: Set<Evidence> {
        Set(
            Evidence.allCases.filter {
                Double(thousandths[$0.rawValue]) / 1000 - weights.penalty(of: $0) >= Severity.info.surprise
            })
    }

    /// The row's surprise under some weights, 0 to 6, to some thousandths.
    func surprise(under weights: EvidenceWeights) -> Double {
        let surprise = CalibratorBank.softMaximum { index in
            Double(thousandths[index]) / 1000 - Double(weights.decades[index])
        }
        return Swift.min(surprise + NewLevels.bonus * Double(newLevels), AnomalyDetector.mostSurprise)
    }
}
