import Backups
import CommandKit
import Platform

/// What a long work may take of the host, whose guests need it too.
struct LimitOptions: InputSet {
    let bandwidth = Option(
        "bandwidth", .size(atLeast: 64 << 10), placeholder: "RATE",
        help: "Bytes a second to read at most, as 50MiB")
    let limitCPU = Option(
        "limit-cpu", .int(in: 1...100_000), placeholder: "PERCENT",
        help: "Processor time to use at most, in percents of one processor: 50, or 150")
    let nice = Option(
        "nice", .int(in: 0...19), default: 0,
        help: "Priority to give up, as nice(1); also of access to disks, with 19 all of it")
}

extension Parsed<LimitOptions> {
    /// Lowers the priority of this process. - Returns: what holds its readers back; nil if nothing is to.
    func apply() throws -> Throttle? {
        try ProcessPriority.lower(nice: self.nice)
        guard self.bandwidth != nil || self.limitCPU != nil else { return nil }
        return Throttle(bandwidth: self.bandwidth, processorPercent: self.limitCPU)
    }
}
