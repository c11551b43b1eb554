/// A place where the level jumps.
struct LevelShift {
    /// The first point after it.
    var index: Int
    /// Medians of a few points before and after.
    var before: Double
    var after: Double

    var size: Double { after - before }
}

/// Jumps that are sharp and far outside of what neighbouring stretches differ by otherwise, so that noise that wanders
/// has none, nor has a slope or a curve.
struct LevelShifts {
    /// How many times the usual difference of neighbouring stretches a jump is.
    private static let border = 7.0
    /// The least jump, as a share of what nine of ten values range over: of values that are all alike but for a few, as
    /// whole numbers are, the usual difference is none.
    private static let least = 0.02
    private static let shortest = 3

    private let times: [Double]
    private let values: [Double]
    private let width: Int

    static func all(_ times: [Double], _ values: [Double]) -> [LevelShift] {
        guard values.count >= 20 else { return [] }
        return LevelShifts(times: times, values: values, width: Swift.min(Swift.max(values.count / 40, 4), 12)).all()
    }

    private func all() -> [LevelShift] {
        let places = Array(Self.shortest...values.count - Self.shortest)
        let raw = places.map { jump(at: $0, width) }
        // What the slope alone makes of the time between both stretches, which may have a gap.
        let rate = Ordered.median(zip(places, raw).map { $1 / distance(at: $0, width) })
        let jumps = zip(places, raw).map { $1 - rate * distance(at: $0, width) }
        let steps = zip(values, values.dropFirst()).map { $1 - $0 }
        let sorted = values.sorted()
        let range = Ordered.quantile(sorted, 0.95) - Ordered.quantile(sorted, 0.05)
        let limit = Swift.max(
            Self.border * Ordered.spread(jumps), 4 * Ordered.spread(steps) / 2.0.squareRoot(), Self.least * range,
            1e-9 * (sorted[sorted.count - 1] - sorted[0]))
        var found: [LevelShift] = []
        var taken = Set<Int>()
        let candidates = places.indices.filter { abs(jumps[$0]) > limit }.sorted { abs(jumps[$0]) > abs(jumps[$1]) }
        for candidate in candidates where !taken.contains(candidate) {
            for near in candidate - width...candidate + width { taken.insert(near) }
            let sign = jumps[candidate] < 0 ? -1.0 : 1
            let place = sharpest(around: places[candidate], sign: sign)
            // With the slope and without it: else a steep line has a jump wherever noise is.
            let sharp = sign * jump(at: place, Self.shortest)
            let slope = sign * rate * distance(at: place, Self.shortest)
            guard min(sharp, sharp - slope) >= 0.6 * abs(jumps[candidate]),
                !found.contains(where: { abs($0.index - place) < width })
            else { continue }
            found.append(LevelShift(index: place, before: median(endingAt: place), after: median(from: place)))
        }
        return found.sorted { $0.index < $1.index }
    }

    /// Median of the points from here on less that of the points before.
    private func jump(at place: Int, _ width: Int) -> Double {
        Ordered.median(values[place..<Swift.min(place + width, values.count)])
            - Ordered.median(values[Swift.max(place - width, 0)..<place])
    }

    /// Seconds between the middles of both stretches.
    private func distance(at place: Int, _ width: Int) -> Double {
        let (after, before) = (place..<Swift.min(place + width, values.count), Swift.max(place - width, 0)..<place)
        return Swift.max(Ordered.median(times[after]) - Ordered.median(times[before]), 1e-3)
    }

    /// Where a few points differ most from those before, of these where the step between two neighbours is largest.
    private func sharpest(around place: Int, sign: Double) -> Int {
        let near =
            Swift.max(place - width, Self.shortest)...Swift.min(place + width, values.count - Self.shortest)
        func size(_ place: Int) -> (Double, Double) {
            (sign * jump(at: place, Self.shortest), sign * (values[place] - values[place - 1]))
        }
        return near.max { size($0) < size($1) } ?? place
    }

    private func median(from place: Int) -> Double {
        Ordered.median(values[place..<Swift.min(place + Self.shortest, values.count)])
    }

    private func median(endingAt place: Int) -> Double {
        Ordered.median(values[Swift.max(place - Self.shortest, 0)..<place])
    }
}
