/// What the jumps of a series make of it.
enum SeriesShape {
    /// None, or none that matter.
    case steady
    case stairs
    /// Drifts and jumps back: the points between one jump and the next are a tooth, `turn` is the level before the
    /// jumps.
    case sawtooth(teeth: [Range<Int>], turn: Double)
    /// What came before the last jump says nothing of what comes.
    case restarted(LevelShift)

    init(_ time: [Double], _ values: [Double]) {
        let shifts = LevelShifts.all(time, values)
        guard let last = shifts.last else {
            self = .steady
            return
        }
        let falls = shifts.filter { $0.size < 0 }
        let rises = shifts.filter { $0.size >= 0 }
        let (many, few) = falls.count >= rises.count ? (falls, rises) : (rises, falls)
        let teeth = zip(many, many.dropFirst()).map { $0.index..<$1.index }
        let step = Ordered.median(many.map(\.size))
        // How far a tooth drifts between the jumps, counted in jumps.
        let drift =
            Ordered.median(
                teeth.map { tooth in
                    let (x, y) = (Array(time[tooth]), Array(values[tooth]))
                    return TheilSen(x, y).slope * (time[tooth.upperBound - 1] - time[tooth.lowerBound])
                }) / step
        if many.count >= 2, few.count * 3 <= many.count, drift < -0.4 {
            self =
                Self.hasLeft(many, step, values)
                ? .restarted(last) : .sawtooth(teeth: teeth, turn: Ordered.median(many.map(\.before)))
        } else if many.count >= 3 && few.isEmpty || Self.isOneOfMany(last, values) {
            self = .stairs
        } else {
            self = .restarted(last)
        }
    }

    /// Whether single steps as large as a jump are usual, and go the same way: a slow series of whole percents.
    private static func isOneOfMany(_ jump: LevelShift, _ values: [Double]) -> Bool {
        let sign = jump.size < 0 ? -1.0 : 1
        let steps = zip(values, values.dropFirst()).map { sign * ($1 - $0) }
        let size = 0.9 * abs(jump.size)
        let same = steps.count { $0 >= size }
        return same >= 4 && 3 * steps.count { $0 <= -size } <= same
    }

    /// Whether a sawtooth has left its teeth: half a jump beyond the farthest that it ever came.
    private static func hasLeft(_ jumps: [LevelShift], _ step: Double, _ values: [Double]) -> Bool {
        let sign = step < 0 ? 1.0 : -1.0
        let farthest = jumps.map { sign * $0.before }.max() ?? 0
        return sign * Ordered.median(values.suffix(3)) > farthest + abs(step) / 2
    }
}
