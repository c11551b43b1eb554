/// What a series is usually like at this part of a period (a day, a week): one robust mean a part.
struct SeasonProfile {
    /// Seconds of a part, and how many parts a period has.
    private let partLength: Int
    private let parts: Int
    private let rate: Double
    private let means: UnsafeMutablePointer<Double>
    private let visits: UnsafeMutablePointer<Double>
    /// The mean distance from the profile, each at most six times itself.
    private let spread: UnsafeMutablePointer<Double>

    init(parts: Int, of partLength: Int, rate: Double, in memory: StateMemory) {
        self.parts = parts
        self.partLength = partLength
        self.rate = rate
        means = memory.doubles(parts)
        visits = memory.doubles(parts)
        spread = memory.doubles(1)
    }

    /// The distance of `value` from its part's mean, 0 until that part has been seen twice; takes it in.
    /// - Parameter second: since 1970, rounded down; parts are counted from there.
    @inline(__always)
    func distance(taking value: Double, at second: Int, _ step: RowStep) -> Double {
        let index = second / partLength % parts
        // Before 1970 both quotients are negative; the profile only has to know its parts again.
        let part = index < 0 ? index &+ parts : index
        let seen = visits[part]
        let distance = value - means[part]
        guard seen > 0 else {
            means[part] = value
            visits[part] = 1
            return 0
        }
        let before = spread[0]
        let size = abs(distance)
        let now = before + step.rate(0.005) * ((before > 0 && size > 6 * before ? 6 * before : size) - before)
        spread[0] = now
        visits[part] = seen + 1
        let most = 3 * now
        let pull = seen < 3 ? distance : distance > most ? most : distance < -most ? -most : distance
        let share = 1 / (seen + 1)
        means[part] += (rate > share ? rate : share) * pull
        return seen >= 2 ? distance : 0
    }
}
