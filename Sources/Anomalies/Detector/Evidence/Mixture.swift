/// Whether the last rows have another mix of values than all rows before: the Kullback-Leibler divergence of their shares
/// in ten bins, between nine quantiles that are learned on the way.
struct Mixture {
    private let level: ExponentialAverage
    private let spread: ExponentialAverage
    /// Estimates of the quantiles 0.1 to 0.9 (stochastic approximation).
    private let quantiles: UnsafeMutablePointer<Double>
    /// Rows a bin.
    private let all: UnsafeMutablePointer<Double>
    /// The bins of the last 32 rows.
    private let recent: UnsafeMutablePointer<UInt32>
    /// Rows a bin of the last 16 and of the last 32: follows from `recent`, so it is not saved.
    private let last16: UnsafeMutablePointer<UInt32>
    private let last32: UnsafeMutablePointer<UInt32>
    /// p · log2(p) of n of 16 rows, then of n of 32.
    private let entropies: UnsafeMutablePointer<Double>
    /// The shares of the rows before, for both windows.
    private let shares: UnsafeMutablePointer<Double>

    private static let bins = 10
    /// The first row of a divergence is this and the window's length.
    private static let warmUp = 100

    init(in memory: StateMemory, _ workspace: StateMemory) {
        level = ExponentialAverage(0.02, in: memory)
        spread = ExponentialAverage(0.02, in: memory)
        quantiles = memory.doubles(9)
        all = memory.doubles(Self.bins)
        recent = memory.counts(32, upTo: UInt32(Self.bins - 1))
        last16 = workspace.counts(Self.bins)
        last32 = workspace.counts(Self.bins)
        entropies = workspace.doubles(17 + 33)
        shares = workspace.doubles(2 * Self.bins)
        for count in 0...16 { entropies[count] = Self.entropy(Self.smoothed(Double(count) / 16)) }
        for count in 0...32 { entropies[17 + count] = Self.entropy(Self.smoothed(Double(count) / 32)) }
    }

    /// Counts the last rows anew, after the state was restored; `row` is the next one.
    func recount(before row: Int) {
        last16.update(repeating: 0, count: Self.bins)
        last32.update(repeating: 0, count: Self.bins)
        for distance in 1...32 where distance <= row {
            let bin = Int(recent[(row - distance) & 31])
            last32[bin] += 1
            if distance <= 16 { last16[bin] += 1 }
        }
    }

    @inline(__always) private static func smoothed(_ share: Double) -> Double { 0.95 * share + 0.005 }
    private static func entropy(_ share: Double) -> Double { share * Binary.logarithm(share) }

    /// Writes evidence 29 and 30.
    @inline(__always)
    func take(_ value: Double, _ step: RowStep, into evidence: UnsafeMutablePointer<Double>) {
        let row = step.row
        if row == 0 { quantiles.update(repeating: value, count: 9) }
        count(bin(of: value), row)
        let mean = level.taking(value, step)
        learn(value, 2 * step.rate(0.005) * spread.taking(abs(value - mean), step))
        evidence[0] = 0
        evidence[1] = 0
        guard row >= Self.warmUp &+ 16 else { return }
        let scale16 = 0.95 / Double(row &- 15)
        let scale32 = 0.95 / Double(row &- 31)
        for bin in 0..<Self.bins {
            shares[bin] = (all[bin] - Double(last16[bin])) * scale16 + 0.005
            shares[Self.bins &+ bin] = (all[bin] - Double(last32[bin])) * scale32 + 0.005
        }
        for index in 0..<2 &* Self.bins { shares[index] = Binary.logarithm(shares[index]) }
        var (divergence16, divergence32) = (0.0, 0.0)
        for bin in 0..<Self.bins {
            let (count16, count32) = (Int(last16[bin]), Int(last32[bin]))
            divergence16 += entropies[count16] - Self.smoothed(Double(count16) / 16) * shares[bin]
            divergence32 += entropies[17 &+ count32] - Self.smoothed(Double(count32) / 32) * shares[Self.bins &+ bin]
        }
        evidence[0] = divergence16 * Binary.ln2
        if row >= Self.warmUp &+ 32 { evidence[1] = divergence32 * Binary.ln2 }
    }

    /// How many quantiles, from the lowest up, lie below.
    @inline(__always)
    private func bin(of value: Double) -> Int {
        var bin = 0
        while bin < 9, quantiles[bin] < value { bin &+= 1 }
        return bin
    }

    @inline(__always)
    private func count(_ bin: Int, _ row: Int) {
        if row >= 32 { last32[Int(recent[row & 31])] &-= 1 }
        if row >= 16 { last16[Int(recent[(row &- 16) & 31])] &-= 1 }
        recent[row & 31] = UInt32(truncatingIfNeeded: bin)
        all[bin] += 1
        last16[bin] &+= 1
        last32[bin] &+= 1
    }

    @inline(__always)
    private func learn(_ value: Double, _ move: Double) {
        for index in 0..<9 {
            let share = Double(index &+ 1) / 10
            let quantile = quantiles[index]
            quantiles[index] = quantile + move * (value > quantile ? share : value < quantile ? share - 1 : 0)
        }
    }
}
