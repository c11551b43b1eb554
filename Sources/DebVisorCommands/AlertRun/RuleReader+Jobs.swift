import Alerts
import DebVisorCore
import Schedules
import Trends

/// How long a job of the scheduler is overdue, which is read where the scheduler keeps it: there are no samples of it.
enum JobMetric {
    static let name = "debvisor_job_overdue_seconds"
}

extension RuleReader {
    /// Jobs that have to complete now and then.
    func readJobs(_ body: (SeriesReading) throws -> Void) throws -> Int {
        guard let schedules = scene.schedules else { return 0 }
        guard span.replayFrom == nil else { return try replayJobs(schedules, body) }
        let jobs = try schedules.punctuality(at: span.now).filter { matches($0.job) }
        for job in jobs {
            let series = series(job.job)
            let late = job.overdueSince.map { max(1, Double(span.now.milliseconds - $0.milliseconds) / 1000) } ?? 0
            var observation = Observation(rule: rule.name, series: series, value: late, time: span.now)
            let isBeyond = rule.condition.isBeyond(observation)
            guard isBeyond || span.isOpen(series.id) else { continue }
            if isBeyond { observation.message = message(job, late) }
            try body(SeriesReading(series: series, observations: [observation]))
        }
        let names = Set(jobs.map { series($0.job).id })
        for (id, known) in span.known where known.isOpen && !names.contains(id) {
            try body(
                SeriesReading(
                    series: AlertSeries(id: id, metric: rule.metric),
                    isGone: "nobody expects the job to complete any more: it was deleted, disabled or changed"))
        }
        return jobs.count
    }

    private func matches(_ job: JobName) -> Bool { rule.looksAt(metric: JobMetric.name, tags: ["job": job.text]) }

    private func series(_ job: JobName) -> AlertSeries {
        AlertSeries(
            id: "job:" + job.text, metric: JobMetric.name, tags: ["job": job.text],
            text: "\(JobMetric.name){job=\"\(job)\"}", object: AlertPlaces.job(job.text), host: scene.places.local)
    }

    private func message(_ job: JobPunctuality, _ late: Double) -> String {
        let due = TrendWords.duration(seconds: Double(job.alertAfterSeconds))
        let delay = TrendWords.duration(seconds: late)
        let last = job.lastEndedAt.map { ", the last run ended \($0): \(job.lastStatus?.rawValue ?? "unknown")" }
        return "no run of job \(job.job) completed within \(due), \(delay) ago it should have\(last ?? "")"
    }

    /// By the scheduler's own events.
    private func replayJobs(_ schedules: ScheduleStore, _ body: (SeriesReading) throws -> Void) throws -> Int {
        guard let start = span.replayFrom else { return 0 }
        var readings: [JobName: SeriesReading] = [:]
        for event in try schedules.events([.overdue, .recovered], since: start) {
            guard let job = event.job, matches(job) else { continue }
            let series = series(job)
            var observation = Observation(
                rule: rule.name, series: series, value: event.kind == .overdue ? 1 : 0, time: event.at)
            if event.kind == .overdue { observation.message = event.text }
            readings[job, default: SeriesReading(series: series)].observations.append(observation)
        }
        for job in readings.keys.sorted() { try readings[job].map(body) }
        return readings.count
    }
}
