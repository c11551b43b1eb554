package import DebVisorCore

/// Scores one series, row by row, by what came before each row alone: nothing is trained, nothing is random, and the same
/// rows give the same scores on every machine.
///
/// Thirty-one simple views of a row are each turned into a probability by what they were before, and their soft maximum is
/// the row's surprise. docs/architecture.md says why these and how they were chosen.
package final class AnomalyDetector {
    /// A surprise that scores 1.
    package static let mostSurprise = 6.0
    /// Larger values count as this large, so that squares and single precision hold them.
    private static let largestValue = 1e37
    /// Seconds from 1970, either way, that a stamp may be away.
    private static let farthestStamp = 1e15
    /// What a row that is no alert keeps of its surprise in its score.
    private static let quiet = 0.05

    package let limits: KnownLimits?
    /// What false alarms have left of its evidence's weights; not part of its state.
    package let weights: EvidenceWeights
    private let memory: StateMemory
    /// What need not outlive a row.
    private let workspace: StateMemory
    /// Rows so far.
    private let rowCell: UnsafeMutablePointer<Double>
    /// The last stamp, seconds.
    private let stampCell: UnsafeMutablePointer<Double>
    let evidence: UnsafeMutablePointer<Double>
    private let bank: EvidenceBank
    let calibration: CalibratorBank
    private let gate: AlertGate
    /// Only of a series with known limits.
    private let levels: NewLevels?
    /// Of the last row: its value, the noise before it, how many of its levels are new.
    private let last: UnsafeMutablePointer<Double>
    private var hasRow = false

    /// The last row that was scored, not one before a restart.
    var lastRow: ExplainedRow? { hasRow ? ExplainedRow(value: last[0], noise: last[1], newLevels: Int(last[2])) : nil }

    /// Bytes of a series' state while it is scored.
    package var stateSize: Int { memory.size }
    /// Rows scored so far.
    package var rows: Int { Int(rowCell[0]) }

    package init(limits: KnownLimits? = nil, weights: EvidenceWeights = .full) {
        self.limits = limits
        self.weights = weights
        memory = StateMemory(capacity: 40 * 1024)
        workspace = StateMemory(capacity: 4 * 1024)
        rowCell = memory.doubles(1)
        stampCell = memory.doubles(1)
        gate = AlertGate(in: memory)
        bank = EvidenceBank(in: memory, workspace)
        evidence = workspace.doubles(Evidence.count)
        last = workspace.doubles(3)
        calibration = CalibratorBank(in: memory, workspace, weights)
        // Behind all others, so that a series without limits has the same state with and without this.
        levels = limits.map { [memory] in NewLevels($0, in: memory) }
    }

    /// A detector that goes on where the one that saved these bytes ended, with exactly the scores it would have given under
    /// these weights.
    /// - Throws: `attention` if they are not whole, or of another version.
    package convenience init(restoring bytes: [UInt8], weights: EvidenceWeights = .full) throws {
        self.init(limits: try SavedState.limits(in: bytes), weights: weights)
        try SavedState.restore(bytes, into: memory)
        guard rowCell[0] >= 0, rowCell[0] < 1e15 else { throw SavedState.impossible }
        bank.recount(before: rows)
    }

    /// The whole state, some 32 KB: see `SavedState`.
    package func saved() -> [UInt8] { SavedState.bytes(of: memory, limits: limits) }

    /// Scores the next row and learns from it.
    ///
    /// - Parameter stamp: seconds since 1970. Rows without zones are taken as UTC; all that matters is that days begin at the
    ///   same hour.
    /// - Throws: `usage` for a value or a stamp that is not a finite number; nothing is learned from such a row.
    package func score(_ value: Double, at stamp: Double) throws(Fault) -> Verdict {
        guard value.isFinite else { throw Fault(.usage, "the value is \(value), not a finite number") }
        guard abs(stamp) <= Self.farthestStamp else { throw Fault(.usage, "the time \(stamp) is out of range") }
        let row = Int(rowCell[0])
        let step = RowStep(row: row)
        let before = stampCell[0]
        let order: Verdict.Order = row == 0 || stamp > before ? .forward : stamp == before ? .equal : .backward
        rowCell[0] = Double(row &+ 1)
        stampCell[0] = stamp
        let whole = Int(stamp)
        let second = Double(whole) > stamp ? whole &- 1 : whole
        let kept = Swift.min(Swift.max(value, -Self.largestValue), Self.largestValue)
        let scale = bank.take(kept, at: second, step, into: evidence)
        last[0] = kept
        last[1] = scale.noise
        hasRow = true
        let surprise = surprise(of: kept, scale, row)
        let isAlert = gate.passes(surprise, row)
        let told = isAlert ? surprise : Self.quiet * surprise
        return Verdict(
            score: Swift.min(1, Swift.max(0, told / Self.mostSurprise)), surprise: surprise, isAlert: isAlert,
            order: order)
    }

    /// What the evidence says, and more if the series could be known to have such a level and never had.
    @inline(__always)
    private func surprise(of value: Double, _ scale: SeriesScale, _ row: Int) -> Double {
        let surprise = calibration.surprise(evidence, scale, row)
        guard let levels else { return surprise }
        let new = Double(levels.count(value, evidence, row))
        last[2] = new
        return Swift.min(surprise + NewLevels.bonus * new, Self.mostSurprise)
    }
}
