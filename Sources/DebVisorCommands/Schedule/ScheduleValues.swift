import CommandKit
import DebVisorCore
import Schedules

/// How words of a command line become values of the scheduler. What is wrong is told before anything runs.
extension ValueType where Value == CronExpression {
    static var cron: ValueType {
        ValueType(placeholder: "EXPR", text: { $0.text }) { text throws(ValueError) in
            do throws(CronError) { return try CronExpression(text) } catch { throw ValueError(Fault(error)) }
        }
    }
}

extension ValueType where Value == JobName {
    /// The name of a job that is to be.
    static var newJob: ValueType {
        ValueType(placeholder: "NAME") { text throws(ValueError) in
            try ValueError.translating { try JobName(text) }
        }
    }
}

extension ValueType where Value == JobRequirement {
    /// `JOB` or `JOB:within=1h`.
    static var requirement: ValueType {
        ValueType(placeholder: "JOB[:within=DURATION]", completion: .object(ObjectKind.job), text: { $0.text }) {
            text throws(ValueError) in
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let job = try ValueError.translating { try JobName(String(parts[0])) }
            guard parts.count == 2 else { return JobRequirement(job: job) }
            let key = "within="
            guard parts[1].hasPrefix(key) else {
                throw ValueError("must be a job, or a job and how long ago, like backup:within=1h")
            }
            let seconds = try ValueType<Int>.duration(atLeast: 1).parse(String(parts[1].dropFirst(key.count)))
            return JobRequirement(job: job, withinSeconds: seconds)
        }
    }
}

extension JobRequirement {
    fileprivate var text: String {
        job.text + (withinSeconds.map { ":within=\(ValueType<Int>.duration.text($0))" } ?? "")
    }
}

extension ValueType where Value == JobConflict {
    static var jobConflict: ValueType {
        ValueType(placeholder: "JOB|resource:NAME", completion: .object(ObjectKind.job)) { text throws(ValueError) in
            try ValueError.translating { try JobConflict(text) }
        }
    }
}

extension ValueType where Value == [Int32] {
    /// `1,75`
    static var exitCodes: ValueType {
        ValueType(placeholder: "CODES", text: { $0.map(String.init).joined(separator: ",") }) {
            text throws(ValueError) in
            var codes: [Int32] = []
            for word in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard let code = Int32(word), (1...255).contains(code) else {
                    throw ValueError("must be exit codes from 1 to 255, separated by commas")
                }
                if !codes.contains(code) { codes.append(code) }
            }
            return codes
        }
    }
}

extension ValueType where Value == String {
    /// The name of a zone; whether the machine knows it is seen when it is used.
    static var timeZone: ValueType { .object(ObjectKind.timeZone, placeholder: "ZONE") }
}

extension ValueError {
    fileprivate init(_ fault: Fault) { self.init(fault.message, hint: fault.hint) }

    /// What the domain says of a value.
    fileprivate static func translating<Result>(_ body: () throws -> Result) throws(ValueError) -> Result {
        do { return try body() } catch let fault as Fault { throw ValueError(fault) } catch {
            throw ValueError("\(error)")
        }
    }
}
