import Testing

@testable import DebVisorCommands

/// Commands that look for damage and end with status 9 when they find some.
@Suite struct CheckTests {
    @Test func damagedDataIsNamedWithItsPlace() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        await sandbox.prepare("backup create web1")
        await sandbox.prepare("backup verify --read-data")
        // The largest pack is the one with the content of disks.
        let packs = try sandbox.files(below: "srv/main/packs").map { (path: $0, bytes: try sandbox.bytes(of: $0)) }
        var damaged = try #require(packs.max { $0.bytes.count < $1.bytes.count })
        for place in stride(from: 8192, to: damaged.bytes.count - 8192, by: 512) {
            damaged.bytes[place] ^= 0xFF
        }
        try sandbox.write(damaged.bytes, to: damaged.path)
        let json = await sandbox.run("backup verify --read-data -o json")
        #expect(json.status == 9)
        #expect(json.output.contains(#""status": "damaged""#))
        #expect(json.output.contains(#""part": "vda""#))
        #expect(json.output.contains(#""offset_bytes": "#))
        #expect(
            json.errors.split(separator: "\n").allSatisfy {
                $0.hasPrefix(#"{"warning":"#) || $0.hasPrefix(#"{"error":"#)
            })
        #expect(json.errors.contains(#""kind":"attention","status":9"#))
        let table = await sandbox.run("backup verify --read-data")
        #expect(table.status == 9)
        #expect(table.output.hasPrefix("BACKUP                     STATUS   DAMAGES\n"))
        #expect(table.errors.contains("warning: web1@2026-11-25T03:00:00Z: vda: "))
        #expect(table.errors.contains("error: 1 of 1 backups are damaged\n  hint: "))
        #expect(sandbox.toldBreaches == [])
    }

    @Test func aDamagedStoreIsFound() async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        await sandbox.prepare("vm list")
        await sandbox.prepare("system check")
        var bytes = try sandbox.bytes(of: "state/inventory.db")
        for place in 200..<min(bytes.count, 8192) { bytes[place] = 0xA5 }
        try sandbox.write(bytes, to: "state/inventory.db")
        let outcome = await sandbox.run("system check -o json")
        #expect(outcome.status == 9)
        #expect(outcome.output.contains(#""status": "damaged""#))
        #expect(outcome.errors.contains("store 'inventory' is damaged"))
        // Names for completion are a convenience: their store must not keep anybody from working.
        await sandbox.prepare("vm list")
        #expect(sandbox.toldBreaches == [])
    }

    @Test(arguments: [
        "backup create web1", "backup list", "backup show web1", "backup verify", "backup restore web1",
        "backup delete web1 --yes", "backup repository create /srv/new --no-encryption",
        "backup repository add /srv/main", "backup repository list", "backup repository show",
        "backup repository delete main --yes", "backup repository rebuild-index",
    ])
    func aDamagedStoreEndsEveryCommandThatNeedsIt(_ line: String) async throws {
        let sandbox = try Sandbox()
        await sandbox.makeRepository()
        try sandbox.write([UInt8](repeating: 0xA5, count: 8192), to: "state/backups.db")
        let outcome = await sandbox.run(line)
        #expect(outcome.status == 9, "\(outcome.errors)")
        #expect(outcome.output == "")
        #expect(outcome.errors.contains("  hint: "))
        #expect(sandbox.toldBreaches == [])
    }

    @Test func nothingIsBadBeforeTheFirstUse() async throws {
        let sandbox = try Sandbox()
        let outcome = await sandbox.run("system check --no-header --fields name,status")
        #expect(
            outcome
                == Outcome(
                    status: 0,
                    output: """
                        backups    absent
                        inventory  absent
                        schedules  absent
                        metrics    absent
                        anomalies  absent
                        alerts     absent

                        """, errors: ""))
        #expect(!sandbox.exists("state"))
        for line in ["backup repository list -o json", "system info -o json", "system config -o json"] {
            await sandbox.prepare(line)
            #expect(!sandbox.exists("state"), "\(line)")
        }
    }
}
