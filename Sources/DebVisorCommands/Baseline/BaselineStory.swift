import Anomalies
import DebVisorCore

/// A baseline for a person.
///
///     usual hours of the day, from 1.2 to 9.7:
///       00:00 ▁▁▁▁▂▃▅▇██▇▆▅▅▆▆▅▄▃▂▁▁▁▁
struct BaselineStory {
    let saved: SavedBaseline
    /// From the lowest to the highest.
    let bars: [Character]

    static let unicodeBars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    static let asciiBars: [Character] = Array("_.-~=+*#")

    private var baseline: Baseline { saved.baseline }

    var text: String {
        let unit = saved.isCounter ? " a second" : ""
        var lines = [
            "\(saved.series.text): \(baseline.count) samples from \(baseline.since) to \(baseline.until)",
            "  median \(figure(baseline.percentile(50)))\(unit), mean \(figure(baseline.mean)), "
                + "standard deviation \(figure(baseline.standardDeviation))",
            "  9 of 10 from \(figure(baseline.percentile(5))) to \(figure(baseline.percentile(95))), "
                + "all from \(figure(baseline.least)) to \(figure(baseline.most))",
        ]
        for profile in baseline.profiles { lines += bars(of: profile) }
        if let season = baseline.season {
            lines.append("  the hour of the \(season) tells what is usual")
        } else if !baseline.profiles.isEmpty {
            lines.append("  the hour tells nothing about what is usual")
        }
        for lack in baseline.lacks { lines.append("  lacks: \(lack)") }
        lines.append("  made at \(saved.changedAt)")
        return lines.joined(separator: "\n") + "\n"
    }

    private func bars(of profile: SeasonalProfile) -> [String] {
        let medians = profile.hours.compactMap { $0?.median }
        guard let least = medians.min(), let most = medians.max() else { return [] }
        let heading = "  usual at the hours of a \(profile.period), from \(figure(least)) to \(figure(most)):"
        return [heading]
            + stride(from: 0, to: profile.hours.count, by: 24).map { start in
                let day = profile.period == .week ? ProfileHour.days[start / 24].prefix(3) : "   "
                let marks = profile.hours[start..<start + 24].map { hour in
                    hour.map { bar($0.median, least, most) } ?? " "
                }
                return "    \(day) 00:00 \(String(marks)) 24:00"
            }
    }

    private func bar(_ value: Double, _ least: Double, _ most: Double) -> Character {
        // Halves: the difference of two finite numbers need not be one.
        let range = most / 2 - least / 2
        let share = range > 0 ? (value / 2 - least / 2) / range : 0
        return bars[min(bars.count - 1, Int(share * Double(bars.count)))]
    }

    private func figure(_ number: Double?) -> String {
        guard let number, number.isFinite else { return "unknown" }
        return Figures.text(number)
    }
}
