/// What is left of the samples of ten minutes, or an hour, when they are too old to be kept: of NaNs nothing.
struct RollUp: Equatable {
    /// The tiers: raw samples, ten minutes, an hour.
    static let lengths: [Int64] = [0, 600_000, 3_600_000]

    /// Where it begins: a multiple of its length.
    var start: Int64
    var count: Int64 = 0
    var least = Double.infinity
    var largest = -Double.infinity
    var sum = 0.0
    var squares = 0.0
    var last = 0.0
    var lastTime: Int64 = 0
    /// What was lost where the value began anew since the roll-up before: what `last` grew by is the difference of both
    /// and this.
    var lost = 0.0

    init(start: Int64) { self.start = start }

    static func start(of time: Int64, tier: Int) -> Int64 {
        let rest = time % lengths[tier]
        return time - (rest < 0 ? rest + lengths[tier] : rest)
    }

    mutating func add(_ time: Int64, _ value: Double) {
        count += 1
        if value < least { least = value }
        if value > largest { largest = value }
        sum += value
        squares += value * value
        (last, lastTime) = (value, time)
    }

    /// Another of the same stretch of time, or of a part of it.
    mutating func merge(_ other: RollUp) {
        if count == 0 || other.lastTime >= lastTime { (last, lastTime) = (other.last, other.lastTime) }
        count += other.count
        least = min(least, other.least)
        largest = max(largest, other.largest)
        sum += other.sum
        squares += other.squares
        lost += other.lost
    }
}

/// Makes roll-ups of samples in order of time.
struct RollUpBuilder {
    private let tier: Int
    private let resets: Bool
    private var previous: Double?
    private var isEnded = false
    private(set) var rollUps: [RollUp] = []

    /// - Parameter previous: the last value before, if there is one.
    init(tier: Int, resets: Bool, previous: Double?) {
        (self.tier, self.resets, self.previous) = (tier, resets, previous)
    }

    mutating func add(_ time: Int64, _ bits: UInt64) {
        let value = Double(bitPattern: bits)
        guard !value.isNaN else {
            if bits == Sample.endBits { isEnded = true }
            return
        }
        let start = RollUp.start(of: time, tier: tier)
        if rollUps.last?.start != start { rollUps.append(RollUp(start: start)) }
        let last = rollUps.count - 1
        rollUps[last].add(time, value)
        if let previous {
            if isEnded {
                rollUps[last].lost += previous - value
            } else if resets, value < previous {
                rollUps[last].lost += previous
            }
        }
        (previous, isEnded) = (value, false)
    }
}
