import DebVisorCore
import Foundation
import Hypervisor
import Metrics
import Storage
import Testing

@testable import Backups
@testable import CommandKit
@testable import DebVisorCommands

/// What scripts parse: keys, their order, and what unknown values look like. Tables beside them, as people see them.
@Suite struct RecordTests {
    @Test func backups() throws {
        let machine = try Sample.snapshot(Sample.machine)
        let file = try Sample.snapshot(Sample.file)
        try expectGoldenRecords([machine, file].map { BackupRecord(snapshot: $0, repository: "main") }, "backup")
        // The usual name of a backup is never cut on the usual terminal.
        let table = TableText(width: 80, now: Sandbox.today.milliseconds)
        let text = table.text(RecordTable([BackupRecord(snapshot: machine, repository: "main")]))
        #expect(text.contains(machine.reference))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func repositories() throws {
        let id = try #require(ObjectID(hex: "000102030405060708090a0b0c0d0e0f"))
        var repository = RegisteredRepository(
            name: "main", path: "/srv/main", id: id, encrypted: true, keyFile: "/etc/debvisor/main.key",
            passwordFile: nil, isDefault: true, registeredAt: Sandbox.today)
        let known = RepositoryRecord(repository: repository, usage: nil)
        repository.name = "gone"
        repository.isDefault = false
        let gone = RepositoryRecord(repository: repository, usage: try RepositoryUsage(of: "/nowhere/at/all"))
        try expectGoldenRecords([known, gone], "repository")
    }

    @Test func machines() throws {
        var disk = MachineDisk(
            target: "vda", device: .disk, source: .file("/srv/images/web1.qcow2"), format: "qcow2", readOnly: false,
            shareable: false, transient: false, backingChain: ["/srv/images/base.qcow2"])
        disk.capacity = ByteCount(10 << 30)
        disk.allocation = ByteCount(3 << 30)
        disk.physical = ByteCount(3 << 30)
        let cdrom = MachineDisk(
            target: "sda", device: .cdrom, source: .none, format: nil, readOnly: true, shareable: false,
            transient: false, backingChain: [])
        let interface = MachineInterface(
            type: "network", source: "default", mac: "52:54:00:00:00:01", model: "virtio", device: "vnet0")
        let running = Machine(
            name: try VMName("web1"), uuid: "11111111-2222-3333-4444-555555555511", id: 7, state: .running,
            persistent: true, autostart: true, vcpus: 4, memory: ByteCount(2 << 30), maximum: ByteCount(4 << 30),
            disks: [disk, cdrom], interfaces: [interface])
        let off = Machine(
            name: try VMName("db server"), uuid: "11111111-2222-3333-4444-555555555512", id: nil, state: .shutOff,
            persistent: true, autostart: false, vcpus: 1, memory: ByteCount(512 << 20), maximum: ByteCount(512 << 20),
            disks: [], interfaces: [])
        try expectGoldenRecords([running, off], "vm")
    }

    @Test func verifications() throws {
        let good = Verification.Finding(snapshot: try Sample.snapshot(Sample.file), damages: [])
        let damages = [
            Loss(
                part: "vda", range: 4_194_304..<4_259_840, reason: .absent, sharedBy: ["web1@2026-11-23T03:00:00Z"]),
            Loss(part: "domain.xml", range: nil, reason: .badData(pack: "0123456789abcdef0123456789abcdef")),
        ]
        let bad = Verification.Finding(
            snapshot: try Sample.snapshot(Sample.machine), damages: damages,
            cleanBackup: try Sample.snapshot(Sample.machine))
        try expectGoldenRecords([good, bad].map(VerificationRecord.init), "verification")
    }

    @Test func deletions() throws {
        var freed = Deletion.Freed()
        freed.packs = 2
        freed.bytes = 33_554_432
        freed.laterBytes = 4096
        try expectGoldenRecords(
            [DeletionRecord(backups: ["4f2a9c01"], freed: freed), DeletionRecord(backups: [], freed: .init())],
            "deletion")
    }

    @Test func restores() throws {
        var request = RestoreRequest(try Sample.snapshot(Sample.machine))
        request.directory = "/tmp"
        request.disks = ["vda"]
        let plan = try RestorePlan(request)
        try expectGoldenRecords(
            [RestoreRecord(plan: plan, holes: [], writtenBytes: 1 << 30, started: false, seconds: 62.5)], "restore")
    }

    @Test func collections() throws {
        let key = SeriesKey(try MetricName("up"))
        var changes = RunChanges()
        (changes.restarted, changes.withoutMemory) = (["web1"], ["db1", "db2"])
        var outcome = RoundOutcome()
        (outcome.series, outcome.new, outcome.ended) = (1840, [key, key], [key])
        let whole = Collection(
            time: Sandbox.today, machines: 40, pools: 2, outcome: outcome, changes: changes, failed: ["vm db2"])
        let host = Collection(
            time: Sandbox.today, machines: nil, pools: nil, outcome: RoundOutcome(), changes: RunChanges(), failed: [])
        try expectGoldenRecords([whole, host], "collection")
    }
}

/// Records of backups as repositories hold them.
enum Sample {
    static func snapshot(_ json: String) throws -> Snapshot {
        try JSONDecoder().decode(Snapshot.self, from: Data(json.utf8))
    }

    static let machine = """
        {"version": 1, "backup_id": "4f2a9c01d3e5470b8a6c9e0f1a2b3c4d", "time": 1795575600000, "sequence": 3,
         "name": "web1", "vm_uuid": "11111111-2222-3333-4444-555555555511", "host": "host1",
         "writer": "debvisor 0.1.0", "created_at": "2026-11-25T03:00:00Z", "finished_at": "2026-11-25T03:01:02.500Z",
         "mode": "incremental", "fallback_reason": null, "consistency": "application",
         "parent_backup_id": "0e1d2c3b4a5968778695a4b3c2d1e0ff", "tags": {"kind": "nightly", "by": "cron"},
         "duration_seconds": 62.5, "blobs": [],
         "disks": [
           {"target": "vda", "format": "qcow2", "path": "/srv/images/web1.qcow2", "size_bytes": 10737418240,
            "root": "\(String(repeating: "ab", count: 16))", "height": 1, "read_bytes": 1073741824,
            "new_bytes": 104857600, "stored_bytes": 52428800},
           {"target": "sda", "size_bytes": 0, "read_bytes": 0, "new_bytes": 0, "stored_bytes": 0,
            "skipped_reason": "a medium in a cdrom drive is not the machine's data"}]}
        """

    static let file = """
        {"version": 1, "backup_id": "99aabbccddeeff00112233445566778e", "time": 1795575600000, "sequence": 1,
         "name": "archive", "host": "host1", "writer": "debvisor 0.1.0", "created_at": "2026-11-24T03:00:00Z",
         "finished_at": "2026-11-24T03:00:01Z", "mode": "full", "consistency": "offline", "tags": {},
         "duration_seconds": 1, "blobs": [],
         "disks": [{"target": "disk", "format": "raw", "path": "/srv/archive.img", "size_bytes": 1048576,
                    "root": "\(String(repeating: "cd", count: 16))", "height": 0, "read_bytes": 1048576,
                    "new_bytes": 0, "stored_bytes": 0}]}
        """
}
