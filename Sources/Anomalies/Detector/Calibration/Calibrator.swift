/// How rare a size of one side of one evidence is, by all sizes before, recent ones counting more: a histogram of octaves
/// for the body, the largest sizes one by one for the upper end, and a Pareto tail above the largest (Hill's estimator;
/// conformal p-values after Vovk).
///
/// Neighbouring extremes are one cluster, of which only the peak counts (declustering by runs, as for extreme values).
struct Calibrator {
    /// 64 bins, 20 peaks and their weights from the largest down, the open cluster's peak and weight.
    private let cells: UnsafeMutablePointer<Float>
    /// How many peaks, the row of the open cluster's peak, the exponent of bin 32, the highest used bin; all but the first
    /// count from 1, 0 is none.
    private let counts: UnsafeMutablePointer<UInt32>

    private static let bins = 64
    private static let peaks = 20
    private static let weights = bins + peaks
    private static let openPeak = weights + peaks
    private static let openWeight = openPeak + 1
    private static let singles = openWeight + 1
    /// Bytes of one: they lie one after the other.
    static let stride = (singles + 4) * 4

    /// Takes its place in a detector's state.
    static func place(in memory: StateMemory) -> UnsafeMutableRawPointer {
        let cells = memory.singles(singles)
        _ = memory.counts(1, upTo: UInt32(peaks))
        _ = memory.counts(1)
        // Biased exponents of single precision.
        _ = memory.counts(1, upTo: 256)
        _ = memory.counts(1, upTo: UInt32(bins))
        return UnsafeMutableRawPointer(cells)
    }

    @inline(__always)
    init(at place: UnsafeMutableRawPointer) {
        cells = place.assumingMemoryBound(to: Float.self)
        counts = (place + Self.singles * 4).assumingMemoryBound(to: UInt32.self)
    }

    /// How probable a size of at least `size` was, from the rows before; takes it in.
    /// - Parameters:
    ///   - size: more than 0.
    ///   - share: one part of the weight of all rows, this one too.
    @inline(__always)
    func rarity(of size: Float, _ row: Int, gap: UInt32, weight: Double, share: Double) -> Double {
        let now = UInt32(truncatingIfNeeded: row &+ 1)
        let new = Float(weight)
        let opened = counts[1]
        if opened == 0 || now &- opened > gap {
            if opened != 0 { close() }
            cells[Self.openPeak] = 0
            cells[Self.openWeight] = new
            counts[1] = now
        }
        let bin = bin(of: size)
        let rarity = Double(0.5) * weight
        let held = Int(counts[0])
        let result: Double
        if held >= 10, size > cells[Self.bins], cells[Self.openPeak] < size {
            result = tail(size, held, 2 / (weight * share))
        } else if held < Self.peaks || size > cells[Self.bins &+ Self.peaks &- 1] {
            result = (rarity + weightOfPeaks(above: size, held)) * share
        } else {
            result = (rarity + weightOfBins(above: bin)) * share
        }
        cells[bin] += new
        if size >= cells[Self.openPeak] {
            cells[Self.openPeak] = size
            cells[Self.openWeight] = new
            counts[1] = now
        }
        return result
    }

    /// All weights shrink alike; what no longer matters is forgotten.
    func scale(by factor: Float) {
        for index in 0..<Self.bins { cells[index] = Self.scaled(cells[index], factor) }
        for index in Self.weights..<Self.openPeak { cells[index] = Self.scaled(cells[index], factor) }
        cells[Self.openWeight] = Self.scaled(cells[Self.openWeight], factor)
    }

    /// A weight that a row's outweighs a million million times only slows the processor down.
    private static func scaled(_ weight: Float, _ factor: Float) -> Float {
        let scaled = weight * factor
        return scaled < 1e-12 ? 0 : scaled
    }
}

extension Calibrator {
    /// Octaves around that of the first size.
    @inline(__always)
    private func bin(of size: Float) -> Int {
        let exponent = (size.bitPattern &>> 23) &+ 1
        if counts[2] == 0 { counts[2] = exponent }
        let bin = Int(exponent) &- Int(counts[2]) &+ 32
        let kept = bin < 0 ? 0 : bin > 63 ? 63 : bin
        if kept >= Int(counts[3]) { counts[3] = UInt32(truncatingIfNeeded: kept &+ 1) }
        return kept
    }

    @inline(__always)
    private func weightOfBins(above bin: Int) -> Double {
        var weight = 0.5 * Double(cells[bin])
        var next = bin &+ 1
        let end = Int(counts[3])
        while next < end {
            weight += Double(cells[next])
            next &+= 1
        }
        return weight
    }

    /// Of equal ones half, of the open cluster's all.
    private func weightOfPeaks(above size: Float, _ held: Int) -> Double {
        var weight = 0.0
        var index = 0
        while index < held, cells[Self.bins &+ index] >= size {
            weight += Double(cells[Self.weights &+ index]) * (cells[Self.bins &+ index] > size ? 1 : 0.5)
            index &+= 1
        }
        return cells[Self.openPeak] >= size ? weight + Double(cells[Self.openWeight]) : weight
    }

    /// Above the largest: the chance to exceed it, and less by the ratio of the sizes to the power of Hill's index.
    private func tail(_ size: Float, _ held: Int, _ rows: Double) -> Double {
        let peaks = cells + Self.bins
        let last = Double(peaks[held - 1])
        var sum = 0.0
        for index in 0..<held - 1 { sum += Binary.logarithm(Double(peaks[index]) / last) }
        sum *= Binary.ln2
        let index = sum > 0 ? Swift.min(Swift.max(Double(held - 1) / sum, 1), 50) : 50
        let exponent = Binary.logarithm(rows) + index * Binary.logarithm(Double(size) / Double(peaks[0]))
        return Binary.power(-Swift.min(exponent, 40))
    }

    /// The open cluster is over: its peak takes its place among the largest, if it is one of them.
    private func close() {
        let peak = cells[Self.openPeak]
        var place = Int(counts[0])
        if place == Self.peaks {
            guard peak > cells[Self.bins &+ Self.peaks &- 1] else { return }
            place &-= 1
        } else {
            counts[0] &+= 1
        }
        while place > 0, cells[Self.bins &+ place &- 1] < peak {
            cells[Self.bins &+ place] = cells[Self.bins &+ place &- 1]
            cells[Self.weights &+ place] = cells[Self.weights &+ place &- 1]
            place &-= 1
        }
        cells[Self.bins &+ place] = peak
        cells[Self.weights &+ place] = cells[Self.openWeight]
    }
}
