/// The line through the points that count, and whether it is a trend.
struct TrendFit {
    private(set) var direction = TrendDirection.stable
    private(set) var confidence = 0.0
    private(set) var slope = 0.0
    private(set) var slopeRange = 0.0...0.0
    private(set) var level = 0.0
    private(set) var change = 0.0
    private(set) var noise = 0.0
    private(set) var departures = 0.0...0.0
    private(set) var shape = TrendShape.steady
    private(set) var turn: Double?
    private(set) var teeth = 0
    private(set) var lacks: [String] = []

    /// A change counts if it is so many times the noise.
    private static let leastChange = 1.0
    /// Teeth of a sawtooth that show whether it drifts as a whole: six in order come by chance once in 360 times.
    private static let teethWanted = 6

    init(_ look: TrendLook) {
        let (x, y) = (look.points.map(\.time), look.points.map(\.median))
        let seconds = Double(look.extent.milliseconds) / 1000
        switch look.shape {
        case .sawtooth(let teeth, let turn):
            shape = .sawtooth
            self.turn = turn
            self.teeth = teeth.count
            fit(teeth.map { Ordered.median(x[$0]) }, teeth.map { Ordered.median(y[$0]) }, areFree: true)
            if teeth.count < Self.teethWanted {
                lacks.append("\(teeth.count) of \(Self.teethWanted) teeth to see whether a sawtooth drifts")
                direction = .stable
            }
        case .stairs:
            shape = .stairs
            fit(x, y, areFree: false)
        case .steady, .restarted: fit(x, y, areFree: false)
        }
        level += slope * seconds
        change = slope * seconds
        judge(scale: y.reduce(0) { max($0, abs($1)) })
        spread(look)
    }

    /// - Parameter areFree: the points know nothing of each other.
    private mutating func fit(_ x: [Double], _ y: [Double], areFree: Bool) {
        let line = TheilSen(x, y)
        let residuals = line.residuals(x, y)
        let test = MannKendall(y, residuals: areFree ? nil : residuals)
        slope = line.slope
        level = line.intercept
        slopeRange = line.range(deviation: test.deviation)
        noise = Ordered.spread(residuals)
        let isEnough = y.count >= (areFree ? Self.teethWanted : Trend.samplesWanted)
        confidence = isEnough ? 1 - test.chance : 0
    }

    private mutating func judge(scale: Double) {
        guard confidence > 1 - Trend.significance, abs(change) > Self.leastChange * noise, abs(change) > 1e-9 * scale
        else { return }
        direction = change > 0 ? .increasing : .decreasing
    }

    private mutating func spread(_ look: TrendLook) {
        let intercept = level - change
        let all = look.points.flatMap { point in
            [point.low, point.median, point.high].map { $0 - intercept - slope * point.time }
        }.sorted()
        let offsets = look.profile?.offsets ?? [0]
        let (low, high) = (offsets.min() ?? 0, offsets.max() ?? 0)
        departures = min(Ordered.quantile(all, 0.05) + low, 0)...max(Ordered.quantile(all, 0.95) + high, 0)
    }
}
