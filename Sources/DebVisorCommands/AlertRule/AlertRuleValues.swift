import Alerts
import Anomalies
import CommandKit
import DebVisorCore

/// How words of a command line become parts of a rule.
extension ValueType where Value == LabelMatcher {
    /// `host=a`, `host!=a`, `host=~web.*`, `host!~web.*`
    static var matcher: ValueType {
        ValueType(placeholder: "MATCHER") { text throws(ValueError) in
            do { return try LabelMatcher(text) } catch {
                guard let fault = error as? Fault else { throw ValueError("\(error)") }
                throw ValueError(fault.message, hint: fault.hint)
            }
        }
    }
}

/// A percentile that baselines have.
struct BaselinePercentile: Sendable, Equatable {
    var percent: Int
}

extension ValueType where Value == BaselinePercentile {
    /// `p99`, or `99`.
    static var percentile: ValueType {
        let words = Baseline.percents.map { "p\($0)" }
        return ValueType(
            placeholder: "PERCENTILE", completion: .choices(words), text: { "p\($0.percent)" }
        ) { text throws(ValueError) in
            let digits = text.hasPrefix("p") ? String(text.dropFirst()) : text
            guard let percent = Int(digits), Baseline.percents.contains(percent) else {
                throw ValueError("must be one of \(words.joined(separator: ", "))")
            }
            return BaselinePercentile(percent: percent)
        }
    }
}
