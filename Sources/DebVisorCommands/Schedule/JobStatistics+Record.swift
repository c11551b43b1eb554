package import CommandKit
import DebVisorCore
package import Schedules

extension JobStatistics: Record {
    package static var fields: [Field<JobStatistics>] {
        [
            .string("name", "Name of the job", column: "JOB") { $0.job?.text },
            .int("runs", "Runs that ended, and those that did not happen") { $0.counts.values.reduce(0, +) },
            .double("success_rate", "Share that completed of those that completed, failed, timed out or were lost") {
                $0.successRate
            },
        ] + RunStatus.allCases.map(count) + [
            .seconds("duration_p50_seconds", "Half of the completed runs took less", column: "P50") {
                $0.medianDuration.map(seconds)
            },
            .seconds("duration_p95_seconds", "95 % of them took less", column: "P95") { $0.p95Duration.map(seconds) },
            .seconds("lag_p50_seconds", "Half of the due runs began sooner after their time", column: "LAG P50") {
                $0.medianLag.map(seconds)
            },
            .seconds("lag_p95_seconds", "95 % of them began sooner", column: "LAG P95") { $0.p95Lag.map(seconds) },
        ]
    }

    private static func count(_ status: RunStatus) -> Field<JobStatistics> {
        let isShown: Bool =
            switch status {
            case .failed, .timeout, .lost, .missed: true
            default: false
            }
        return .int(status.rawValue, "How many are \(status.rawValue)", column: isShown ? .automatic : .none) {
            $0.counts[status, default: 0]
        }
    }

    private static func seconds(_ milliseconds: Int64) -> Double { Double(milliseconds) / 1000 }
}
