import Testing

@testable import DebVisorCommands

@Suite("Plots of series")
struct SeriesPlotTests {
    private static let start: Int64 = 1_795_748_400_000

    private static func every(_ seconds: Int64, _ values: [Double]) -> [(milliseconds: Int64, value: Double)] {
        values.enumerated().map { (start + Int64($0) * seconds * 1000, $1) }
    }

    /// A wave of some periods without anybody's sine.
    private static func wave(_ count: Int, period: Int, low: Double, high: Double) -> [Double] {
        (0..<count).map { index in
            let phase = Double(index % period) / Double(period)
            let bow = phase < 0.5 ? 16 * phase * (0.5 - phase) : -16 * (phase - 0.5) * (1 - phase)
            return low + (high - low) * (bow + 1) / 2
        }
    }

    private static var cases: [(name: String, plot: SeriesPlot)] {
        var peak = wave(3000, period: 1500, low: 10, high: 40)
        peak[1777] = 95
        var gaps = wave(60, period: 30, low: -1, high: 1)
        for index in [10, 11, 12, 40] { gaps[index] = .nan }
        gaps[50] = .infinity
        let day = every(300, wave(288, period: 288, low: 2e9, high: 9e9))
        return [
            ("nothing", SeriesPlot(points: [])),
            ("only NaN", SeriesPlot(points: every(60, [.nan, .nan]))),
            ("one point", SeriesPlot(points: every(60, [42]))),
            ("flat", SeriesPlot(points: every(60, Array(repeating: 0.3, count: 100)))),
            ("flat at zero", SeriesPlot(points: every(60, [0, 0, 0]), height: 3)),
            ("one peak of 3000", SeriesPlot(points: every(1, peak), marks: [start + 1_777_000], unit: .suffixed(" %"))),
            ("gaps, an infinity, below zero", SeriesPlot(points: every(60, gaps))),
            (
                "a missing hour",
                SeriesPlot(points: every(60, [1, 2, 1, 2]) + [(start + 3_600_000, 3), (start + 3_660_000, 1)])
            ),
            ("huge", SeriesPlot(points: every(60, [-1.7e308, 1.7e308, 1e308]), height: 6)),
            ("tiny", SeriesPlot(points: every(60, [1e-9, 3e-9, 2e-9]), height: 6)),
            ("tinier", SeriesPlot(points: every(60, [.leastNonzeroMagnitude, 2 * .leastNonzeroMagnitude]), height: 6)),
            (
                "millions that hardly differ",
                SeriesPlot(points: every(60, [1_234_567, 1_234_568.5, 1_234_567]), height: 6)
            ),
            ("bytes, a day", SeriesPlot(points: day, unit: .bytes)),
            (
                "half a second",
                SeriesPlot(points: every(1, [0, 1]).map { (start + ($0.milliseconds - start) / 2, $0.value) })
            ),
            ("years", SeriesPlot(points: every(86_400, wave(1000, period: 365, low: 0, high: 1.5e6)))),
            (
                "a band",
                SeriesPlot(
                    points: every(
                        60,
                        wave(60, period: 60, low: 20, high: 30) + [80, 82] + wave(30, period: 60, low: 20, high: 30)),
                    band: every(60, wave(92, period: 60, low: 20, high: 30)).map {
                        ($0.milliseconds, $0.value - 8, $0.value + 8)
                    },
                    marks: [start + 3_600_000], unit: .bytesPerSecond)
            ),
        ]
    }

    @Test("Plots look as recorded", arguments: [40, 80, 120])
    func golden(width: Int) throws {
        var text = ""
        for signs in [PlotSigns.unicode, .ascii] {
            for (name, plot) in Self.cases {
                var plot = plot
                (plot.width, plot.signs) = (width, signs)
                let drawn = plot.text
                #expect(drawn.split(separator: "\n").allSatisfy { $0.count <= width }, "\(name)")
                text += "# \(name)\n\(drawn)\n"
            }
        }
        try expectGoldenRecord(text, "plots-\(width).txt")
    }

    @Test("One value among many is seen wherever it is", arguments: [PlotSigns.unicode, .ascii])
    func peak(signs: PlotSigns) {
        for place in stride(from: 0, to: 20_000, by: 1973) {
            var values = [Double](repeating: 1, count: 20_000)
            values[place] = 100
            let lines = SeriesPlot(points: Self.every(1, values), signs: signs).text.split(separator: "\n")
            let top = lines[0].drop { $0 != "┤" && $0 != "+" }.dropFirst()
            #expect(top.contains { $0 != " " }, "\(place)")
        }
    }

    @Test("Random series never trap, and fill no more than their width")
    func random() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var time = Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &random)
            let reach = Int64.random(in: 1...1_000_000_000_000, using: &random)
            let points = (0..<Int.random(in: 0...40, using: &random)).map { _ -> (milliseconds: Int64, value: Double) in
                time = min(time + Int64.random(in: 0...reach, using: &random), 253_402_300_799_999)
                let exponent = Double.random(in: -320...308, using: &random)
                let bits = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random))
                return (time, Bool.random(using: &random) ? bits : exponent)
            }
            var plot = SeriesPlot(points: points)
            plot.width = Int.random(in: 1...200, using: &random)
            plot.height = Int.random(in: 1...30, using: &random)
            plot.signs = Bool.random(using: &random) ? .unicode : .ascii
            plot.marks = points.prefix(2).map(\.milliseconds)
            plot.band = points.map { ($0.milliseconds, $0.value, $0.value) }
            #expect(!plot.text.isEmpty)
        }
    }
}
