import DebVisorCore
import Platform

/// Makes sure that of all who would back up one machine at the same time exactly one does.
///
/// Everybody has put a lease, with its first byte locked, before looking at the others'; whoever sees nobody locks all of
/// it and has won. Of two that see each other, the later one gives way, while the earlier one waits until the other has:
/// that one may have looked before there was anything to see, and have won.
struct LeaseClaim {
    let lease: Lease
    let repository: Repository
    let host: HostIdentity
    let isCancelled: @Sendable () -> Bool

    /// Looks at most; a claimant that is held still keeps nobody waiting for more than about ten seconds.
    private static let patience = 1000
    private static let pauseMilliseconds: UInt32 = 10

    /// - Throws: `conflict` if another has won, `CancellationError`.
    func settle(_ subject: String) throws {
        for _ in 0..<Self.patience {
            let others = try LeaseSurvey.take(in: repository, host: host, besides: lease.id).alive.filter {
                !Set($0.content.vm_uuids).isDisjoint(with: lease.content.vm_uuids)
            }
            guard !others.isEmpty else { return try lease.establish() }
            if let winner = others.first(where: { !$0.isClaim || isEarlier($0) }) {
                throw conflict(subject, winner)
            }
            if isCancelled() { throw CancellationError() }
            Worker.pause(milliseconds: Self.pauseMilliseconds)
        }
        throw Fault(
            .conflict, "'\(subject)' is about to be backed up by another process",
            hint: "run the command again when that process has ended")
    }

    private func isEarlier(_ other: LeaseSurvey.Found) -> Bool {
        (other.content.started, other.id.description) < (lease.content.started, lease.id.description)
    }

    private func conflict(_ subject: String, _ other: LeaseSurvey.Found) -> Fault {
        let isElsewhere = other.content.host_id != host.id
        let path = repository.directory.path(of: "leases/\(other.id)")
        let way = isElsewhere ? "; if that host is gone, remove '\(path)'" : ""
        return Fault(
            .conflict, "'\(subject)' is being backed up already",
            hint: "wait for process \(other.content.pid) on \(other.content.host)\(way)")
    }
}
