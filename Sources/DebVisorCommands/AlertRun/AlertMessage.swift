import Alerts
import Anomalies
import DebVisorCore
import Metrics
import Trends

/// The words of an alert, with numbers in the unit of its metric.
///
///     vda of web01 wrote 412 MiB/s, above 100 MiB/s; usual for Monday 09:00 UTC is 12–35 MiB/s
struct AlertMessage: Sendable {
    let subject: AlertSubject
    let unit: PlotUnit
    let condition: AlertCondition

    init(_ series: MetricSeries, _ rule: AlertRule, host: String?) {
        subject = AlertSubject(series, host: host)
        condition = rule.condition
        let isRate = series.isCounted || rule.condition.kind == .rate
        unit = PlotUnit(series.family, isRate: isRate)
    }

    /// - Parameter usual: what is usual at that time.
    func value(_ value: Double, _ level: Double, usual: UsualRange?) -> String {
        var text = subject.says(value, unit.text(value))
        let side = condition.side.rawValue
        switch condition.kind {
        case .rate:
            let span = TrendWords.duration(seconds: Double(condition.seconds ?? 0))
            let verb = value < 0 ? "falls" : "rises"
            text = "\(subject.what) \(verb) by \(unit.text(abs(value))) over \(span), \(side) \(unit.text(level))"
        case .baseline: text += ", \(side) p\(TrendWords.number(condition.level)) of its baseline, \(unit.text(level))"
        default: if !subject.isSentence(value) { text += ", \(side) \(unit.text(level))" }
        }
        return text + (usual.map { "; \($0.text(unit))" } ?? "")
    }

    func absence(_ seconds: Double, last: Timestamp) -> String {
        "no sample of \(subject.what) for \(TrendWords.duration(seconds: seconds)), the last is from \(last)"
    }

    func forecast(_ forecast: TrendForecast) -> String {
        "\(subject.what): \(forecast.explanation(unit.text).first ?? "")"
    }

    func finding(_ finding: Finding) -> String { "\(subject.what): \(finding.message)" }
}

/// What a series usually has at one time.
struct UsualRange: Sendable, Equatable {
    /// `for Monday 09:00 UTC`; empty: at any time.
    var when: String
    var least: Double
    var most: Double

    /// - Parameter time: of the day and week that count, where the series has a season.
    init(_ baseline: Baseline, at time: Timestamp) {
        let profile = baseline.season.flatMap { season in baseline.profiles.first { $0.period == season } }
        let place = profile?.period.hour(atMilliseconds: time.milliseconds) ?? 0
        guard let profile, profile.hours.indices.contains(place), let hour = profile.hours[place] else {
            when = ""
            (least, most) = (baseline.percentile(5) ?? baseline.least, baseline.percentile(95) ?? baseline.most)
            return
        }
        when = "for " + (profile.period == .week ? Self.days[place / 24] + " " : "") + Self.clock(place % 24)
        // Nineteen of twenty of a normal distribution, of which a deviation is 0.6745 standard deviations.
        let reach = hour.deviation * 2 / 0.6745
        least = max(hour.median - reach, baseline.least)
        most = min(hour.median + reach, baseline.most)
    }

    private static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    private static func clock(_ hour: Int) -> String { (hour < 10 ? "0" : "") + "\(hour):00 UTC" }

    /// `usual for Monday 09:00 UTC is 12–35 MiB/s`
    func text(_ unit: PlotUnit) -> String {
        let (low, high) = (unit.text(least), unit.text(most))
        let ending = Self.unit(of: high)
        let first = !ending.isEmpty && Self.unit(of: low) == ending ? String(low.dropLast(ending.count)) : low
        let range = low == high ? high : "\(first)–\(high)"
        return "usual \(when.isEmpty ? "" : when + " ")is \(range)"
    }

    /// ` MiB/s`, with the space.
    private static func unit(of text: String) -> String {
        text.lastIndex(of: " ").map { String(text[$0...]) } ?? ""
    }
}
