import Cryptography
import DebVisorCore
import Foundation
import Platform
import TestSupport
import Testing

@testable import Backups

/// Damaged and hostile files: always a fault of its kind, never a crash, never an endless loop.
@Suite struct HostileInputTests {
    /// A few of its bytes changed, cut off, doubled or added.
    private func mutate(_ bytes: [UInt8], _ generator: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard !bytes.isEmpty else { return [UInt8.random(in: .min ... .max, using: &generator)] }
            // The beginnings hold the numbers.
            let reach = Bool.random(using: &generator) ? min(bytes.count, 160) : bytes.count
            let place = Int.random(in: 0..<reach, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: bytes[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &generator) ?? 0
            case 3: bytes.removeSubrange(place...)
            case 4: for index in place..<min(place + 8, bytes.count) { bytes[index] = 0xff }
            default: bytes.insert(contentsOf: bytes[place..<min(place + 24, bytes.count)], at: place)
            }
        }
        return bytes
    }

    /// Runs `body`; faults of these kinds are what it may throw.
    private func tolerating(_ kinds: Set<Fault.Kind> = [.attention], _ body: () throws -> Void) throws {
        do { try body() } catch let fault as Fault where kinds.contains(fault.kind) {}
    }

    @Test(arguments: 0..<8) func `parsers survive altered bytes`(seed: UInt64) async throws {
        let fixture = try BackupFixture()
        let repository = fixture.repository
        let snapshot = try await fixture.backUp(MemorySubject(name: "m", disks: [Disks.random(seed, bytes: 300_000)]))
        let library = PackLibrary(repository)
        let packs = try repository.directory.packs()
        let pack = try DurableFile.read(repository.directory.packPath(try unwrapped(packs.first)))
        let (trailer, size) = try unwrapped(library.trailer(of: try unwrapped(packs.first)))
        let header = try unwrapped(PackHeader(pack))
        let footer = Array(pack.suffix(64))
        let location = try unwrapped(PackTrailer.location(footer: footer, packSize: size))
        let list = Array(pack[location.offset..<location.offset + location.length])
        let fetcher = try ChunkFetcher(library, ChunkIndex.load(repository))
        let node = try fetcher.member(try unwrapped(snapshot.disks[0].rootID))
        let leaf = try fetcher.member(node.withPointer { $0.id(0) })
        let item = trailer.items[0]
        let entry = Array(pack[item.offset..<item.offset + item.length])
        let decoder = try EntryDecoder(repository.keys)
        var generator = SeededRandom(seed: seed)
        for _ in 0..<500 {
            _ = PackHeader(mutate(pack, &generator))
            _ = MapLeaf(page: mutate(leaf, &generator))
            // Authenticated by whoever holds the key: the content must make sense nevertheless.
            let forged = mutate(list, &generator)
            let code = try MessageAuthenticator(key: repository.keys.indexKey)
                .authenticate([header.bytes, forged, Array(footer[..<32])])
            _ = try PackTrailer(
                header: header.bytes, trailer: forged, footer: footer[..<32] + code, indexKey: repository.keys.indexKey)
            _ = PackTrailer.location(footer: mutate(footer, &generator), packSize: size)
            let altered = AlignedBuffer(entry.count * 6 + 64)
            let bytes = mutate(entry, &generator)
            altered.bytes(0..<bytes.count).copyBytes(from: bytes)
            #expect(
                try decoder.decode(altered.bytes(0..<bytes.count), pack: header) == nil
                    || bytes.starts(with: entry.prefix(item.length - 16)) || isPadding(bytes, entry))
        }
    }

    /// Whether two entries differ only where neither the tag nor the CRC reaches: session number, CRC, padding.
    private func isPadding(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        func core(_ bytes: [UInt8]) -> [UInt8] {
            guard bytes.count >= 32, let header = bytes.withPointer({ EntryHeader($0) }) else { return [] }
            var core = Array(bytes.prefix(header.sealedOffset + header.sealedLength + EntryHeader.tagLength))
            core[7] = 0
            core.replaceSubrange(28..<32, with: [0, 0, 0, 0])
            return core
        }
        return core(a) == core(b)
    }

    @Test(arguments: 0..<(getenv("SOAK") == nil ? 1 : 12)) func `a repository with altered files answers with faults`(
        seed: UInt64
    ) async throws {
        let fixture = try BackupFixture(.open)
        for number in 0..<2 {
            _ = try await fixture.backUp(
                MemorySubject(name: "m\(number)", disks: [Disks.random(seed + UInt64(number), bytes: 200_000)]))
        }
        let lease = try Lease.take(
            .write, vmUUIDs: [], command: "", host: fixture.host, in: fixture.repository, clock: fixture.clock)
        let root = fixture.repository.directory.path
        let files = try FileManager.default.subpathsOfDirectory(atPath: root)
            .filter { !Directory.isDirectory("\(root)/\($0)") && $0 != "reserve" }.sorted()
        var generator = SeededRandom(seed: seed)
        for round in 0..<150 {
            let path = "\(root)/\(files[round % files.count])"
            let bytes = try DurableFile.read(path)
            try DurableFile.write(mutate(bytes, &generator), to: path, "test")
            try use(root, fixture)
            try DurableFile.write(bytes, to: path, "test")
        }
        withExtendedLifetime(lease) {}
        #expect(try fixture.verify().isGood)
    }

    private func use(_ root: String, _ fixture: BackupFixture) throws {
        let kinds: Set<Fault.Kind> = [.attention, .conflict, .notFound]
        try tolerating(kinds) { _ = try Repository.open(at: root, secret: .open) }
        try tolerating(kinds) { _ = try fixture.repository.snapshots() }
        try tolerating(kinds) { _ = try LeaseSurvey.take(in: fixture.repository, host: fixture.host, besides: nil) }
        try tolerating(kinds) { _ = try fixture.verify() }
        for snapshot in try fixture.repository.snapshots().snapshots {
            do { try tolerating(kinds) { _ = try fixture.restored(snapshot) } } catch is DiskDamage {
            } catch is ChunkFetcher.Miss {}
        }
    }

    static let alterations: [@Sendable (inout Snapshot) -> Void] = [
        { $0.disks[0].height = 0 }, { $0.disks[0].height = -4 }, { $0.disks[0].height = 64 },
        { $0.disks[0].height = nil }, { $0.disks[0].root = "beef" }, { $0.disks[0].root = "" },
        { $0.disks[0].size_bytes = .max }, { $0.disks[0].target = "../vda" }, { $0.name = "../m" }, { $0.name = "" },
        { $0.time = .max }, { $0.time = -1 }, { $0.sequence = .max }, { $0.backup_id = "../../format" },
        { $0.blobs[0].chunks[0] = "zz" }, { $0.blobs[0].name = "../../x" }, { $0.blobs[0].name = "/etc/passwd" },
        { $0.blobs[0].size_bytes = -1 },
    ]

    @Test(arguments: alterations.indices)
    func `a record that makes no sense counts as damaged`(number: Int) async throws {
        let fixture = try BackupFixture()
        var snapshot = try await fixture.backUp(
            MemorySubject(
                name: "m", disks: [Disks.random(1, bytes: 100_000)],
                blobs: [.init(kind: .nvram, name: "vars.fd", path: nil, status: nil, bytes: [1, 2, 3])]))
        try fixture.repository.directory.remove(snapshot.objectName, "test")
        Self.alterations[number](&snapshot)
        let name = snapshot.objectName.replacing("../", with: "")
        let json = try JSON.encode(snapshot)
        #expect { _ = try Snapshot(json: json, of: name) } throws: { ($0 as? Fault)?.kind == .attention }
    }

    @Test func `no size is too large to compute with`() {
        #expect(Geometry.mapHeight(ofDisk: .max) >= 5)
        #expect(Geometry.mapHeights == 1...4)
    }
}
