import DebVisorCore
import Foundation
import Platform
import TestSupport
import Testing

@testable import Backups

/// One byte of a repository's files changes: a check that reads the data says so, names what is lost, and nothing wrong
/// is ever given back.
@Suite struct FlippedByteTests {
    private let disk = Disks.random(11, bytes: 1 << 20)

    /// Bytes of what is short, of the beginnings and ends of the rest, and every 9973th between them: every seventh of
    /// them, each bit among them, and all with `SOAK` in the environment.
    private func places(_ count: Int) -> [Int] {
        (0..<count).filter { count < 1024 || $0 < 160 || $0 >= count - 200 || $0 % 9973 == 0 }
            .filter { getenv("SOAK") != nil || $0 % 7 == 0 }
    }

    @Test(arguments: ["packs", "index", "snapshots"])
    func `is found wherever it is`(folder: String) async throws {
        let fixture = try BackupFixture()
        let snapshot = try await fixture.backUp(
            MemorySubject(
                name: "m", disks: [disk], blobs: [.init(kind: .domainXML, name: "domain.xml", bytes: [1, 2, 3])]))
        let paths = try FileManager.default.subpathsOfDirectory(atPath: fixture.repository.directory.path(of: folder))
            .map { fixture.repository.directory.path(of: "\(folder)/\($0)") }.filter { !Directory.isDirectory($0) }
        #expect(!paths.isEmpty)
        for path in paths {
            let whole = try DurableFile.read(path, limit: 1 << 30)
            for place in places(whole.count) {
                var bytes = whole
                bytes[place] ^= UInt8(1 << (place % 8))
                try Data(bytes).write(to: URL(fileURLWithPath: path))
                try look(fixture, snapshot, "byte \(place) of \(whole.count) in \(folder)")
                for name in try fixture.repository.directory.list("quarantine") {
                    try fixture.repository.directory.remove("quarantine/\(name)", "test")
                }
            }
            try Data(whole).write(to: URL(fileURLWithPath: path))
        }
        #expect(try fixture.verify().isGood)
    }

    private func look(_ fixture: BackupFixture, _ snapshot: Snapshot, _ what: Comment) throws {
        let result = try fixture.verify()
        #expect(!result.isGood, what)
        guard let finding = result.findings.first else {
            #expect(result.damagedRecords == [snapshot.objectName], what)
            return
        }
        if finding.damages.contains(where: { $0.range != nil }) {
            // What is named lost is lost, and nothing else: the rest is given back as it was.
            let (content, holes) = try fixture.restoredWithHoles(snapshot)
            #expect(holes == finding.damages.filter { $0.range != nil }.map(\.range), what)
            var expected = disk
            for range in holes.compactMap({ $0 }) {
                for index in Int(range.lowerBound)..<Int(range.upperBound) { expected[index] = 0 }
            }
            #expect(content == expected, what)
        } else {
            let (content, holes) = try fixture.restoredWithHoles(snapshot)
            #expect(content == disk && holes.isEmpty, what)
        }
    }
}
