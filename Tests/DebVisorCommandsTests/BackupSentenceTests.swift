import Testing

@testable import Backups
@testable import DebVisorCommands

@Suite struct BackupSentenceTests {
    @Test func `the last line says what was read, or what had changed`() throws {
        var snapshot = try Sample.snapshot(Sample.machine)
        (snapshot.name, snapshot.duration_seconds) = ("web1", 3.14)
        snapshot.disks[0].read_bytes = 90 << 20
        snapshot.disks[0].changed_bytes = 75 << 20
        snapshot.disks[0].new_bytes = 61 << 20
        snapshot.disks[0].stored_bytes = 41 << 20
        snapshot.mode = "incremental"
        #expect(BackupSentence.of(snapshot) == "web1: 75 MiB changed, 61 MiB new, 41 MiB stored, 3.1 s")
        snapshot.mode = "full"
        #expect(BackupSentence.of(snapshot) == "web1: 90 MiB read, 61 MiB new, 41 MiB stored, 3.1 s")
    }

    @Test func `progress tells of the disk that is read, and sums up all`() {
        var progress = BackupProgress()
        progress.begin("vda", 1 << 30)
        progress.diskDone = 1 << 30
        progress.begin("vdb", 100 << 20)
        progress.diskDone = 34 << 20
        progress.counters.readBytes = 75 << 20
        progress.counters.newBytes = 61 << 20
        progress.counters.storedBytes = 41 << 20
        #expect(progress.done == (1 << 30) + (34 << 20))
        progress.counters.changedBytes = 70 << 20
        #expect(
            BackupSentence.of(progress.counters) == "75 MiB read, 70 MiB changed, 61 MiB new, 41 MiB stored")
    }
}
