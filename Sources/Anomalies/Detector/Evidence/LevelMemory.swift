/// Which levels a series has had, in units of what it can have: prototypes, as adaptive resonance theory keeps them
/// (Carpenter and Grossberg). Only known limits make such a unit honest: what a series ranges over is known when it is over.
///
/// A level that no prototype is near is new, and becomes one; else the nearest moves towards it.
struct LevelMemory {
    /// Prototypes, as shares of the range.
    private let prototypes: UnsafeMutablePointer<Double>
    /// When each was last met: rows, counted from 1.
    private let met: UnsafeMutablePointer<UInt32>
    private let held: UnsafeMutablePointer<UInt32>
    private let limits: KnownLimits

    private static let capacity = 64
    /// A share of the range that is no small step for anything that has limits.
    private static let nearness = 0.0625
    private static let rate = 0.1
    init(_ limits: KnownLimits, in memory: StateMemory) {
        self.limits = limits
        prototypes = memory.doubles(Self.capacity)
        met = memory.counts(Self.capacity)
        held = memory.counts(1, upTo: UInt32(Self.capacity))
    }

    /// Whether the level is far from all before; takes it in. What lies beyond a limit is taken as the limit.
    func isNew(_ level: Double, _ row: Int) -> Bool {
        let range = limits.most - limits.least
        let share = Swift.min(Swift.max((level - limits.least) / range, 0), 1)
        let count = Int(held[0])
        var (nearest, distance) = (0, Double.infinity)
        for index in 0..<count {
            let candidate = abs(prototypes[index] - share)
            if candidate < distance { (nearest, distance) = (index, candidate) }
        }
        let isNew = distance > Self.nearness
        if isNew {
            nearest = count < Self.capacity ? count : oldest
            if count < Self.capacity { held[0] += 1 }
            prototypes[nearest] = share
        } else {
            prototypes[nearest] += Self.rate * (share - prototypes[nearest])
        }
        met[nearest] = UInt32(truncatingIfNeeded: row &+ 1)
        return isNew
    }

    private var oldest: Int { (1..<Self.capacity).reduce(0) { met[$1] < met[$0] ? $1 : $0 } }
}
