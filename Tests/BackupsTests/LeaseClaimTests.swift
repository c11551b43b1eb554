import DebVisorCore
import Platform
import Testing

@testable import Backups

@Suite struct LeaseClaimTests {
    private func lease(_ fixture: BackupFixture) throws -> Lease {
        try Lease.take(
            .write, vmUUIDs: ["u"], command: "test", host: fixture.host, in: fixture.repository, clock: fixture.clock,
            isClaim: true)
    }

    private func settles(_ lease: Lease, _ fixture: BackupFixture) throws -> Bool {
        do {
            try LeaseClaim(lease: lease, repository: fixture.repository, host: fixture.host, isCancelled: { false })
                .settle("m")
            return true
        } catch let fault as Fault where fault.kind == .conflict {
            return false
        }
    }

    @Test func `of many at once exactly one wins`() throws {
        let fixture = try BackupFixture()
        for _ in 0..<20 {
            let winners = Locked([Lease]())
            try Worker.run(8) { _ in
                let lease = try lease(fixture)
                if try settles(lease, fixture) {
                    winners.withLock { $0.append(lease) }
                } else {
                    try lease.release()
                }
            }
            let all = winners.withLock { $0 }
            #expect(all.count == 1)
            for lease in all { try lease.release() }
        }
        #expect(try fixture.repository.directory.list("leases").isEmpty)
    }

    @Test func `the later of two gives way, unless it had looked before the earlier could be seen`() throws {
        let fixture = try BackupFixture()
        let (earlier, later) = (try lease(fixture), try lease(fixture))
        #expect(try !settles(later, fixture))
        try later.release()
        #expect(try settles(earlier, fixture))
        try earlier.release()

        let (slow, fast) = (try lease(fixture), try lease(fixture))
        try fast.establish()
        #expect(try !settles(slow, fixture))
    }

    @Test func `two backups within one second have two names`() throws {
        let instant = Timestamp(milliseconds: 1_800_000_000_007)
        func backup(_ createdAt: String, _ name: String = "m") -> Snapshot {
            Snapshot(
                backup_id: ObjectID.random().description, time: 1, sequence: 1, name: name, vm_uuid: nil, host: "h",
                writer: "w", created_at: createdAt, finished_at: createdAt, mode: "full", consistency: "offline",
                tags: [:], duration_seconds: 0, disks: [], blobs: [])
        }
        var all = [backup("2027-01-15T08:00:00Z", "other")]
        for expected in ["2027-01-15T08:00:00Z", "2027-01-15T08:00:00.007Z", "2027-01-15T08:00:00.008Z"] {
            let name = Snapshot.unused(instant, by: "m", among: all)
            #expect(name == expected)
            #expect(Timestamp(rfc3339: name) != nil)
            all.append(backup(name))
        }
    }
}
