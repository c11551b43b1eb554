import DebVisorCore
import GRDB
import Platform
import Testing

@testable import Storage

/// Stores as files, and back.
@Suite struct ExchangeTests {
    let scratch: ScratchDirectory
    let other: ScratchDirectory

    init() throws {
        scratch = try ScratchDirectory()
        other = try ScratchDirectory()
        try Directory.create(scratch.state.path, "test")
    }

    /// All that a store says, as SQL would make it anew.
    static func dump(_ store: Store) throws -> [String] {
        try store.read { database in
            let tables = try Row.fetchAll(database, sql: "SELECT name, sql FROM sqlite_schema ORDER BY name")
            return try tables.flatMap { row -> [String] in
                let name: String = row[0]
                let isTable = try database.tableExists(name)
                let rows = isTable ? try Row.fetchAll(database, sql: "SELECT rowid, * FROM \(name) ORDER BY rowid") : []
                return ["\(name): \(row[1] as String? ?? "")"] + rows.map(\.description)
            }
        }
    }

    /// Some boxes, as many as `seed` says, with ids and labels all over, and holes between the things.
    static func furnish(_ store: Store, _ seed: Int64) throws {
        try store.write("test") { database in
            for index in 0..<seed * 23 {
                // Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4).
                let id = (index + seed * 1000) &* 0x1E37_79B9_7F4A_7C15
                try database.execute(
                    sql: "INSERT OR IGNORE INTO box VALUES (?, ?)",
                    arguments: [id, String("\(id)".suffix(Int(index % 18) + 1))])
            }
            try database.execute(sql: "INSERT INTO thing (box) SELECT id FROM box LIMIT 50")
            try database.execute(sql: "DELETE FROM thing WHERE id % 3 = 0")
        }
    }

    private func exported(_ path: String, _ stores: [StoreDescription] = [boxes()]) throws -> ExportedFile {
        try ExportedFile(File(path, .read), stores)
    }

    private func replace(
        _ path: String, in state: StateDirectory, _ description: StoreDescription = boxes(), kept: String = "kept"
    ) throws -> String? {
        let exported = try exported(path, [description])
        let content = try #require(exported.members.first)
        let replacement = try StoreReplacement(description, in: state, with: content, of: exported)
        do { return try replacement.install(keepingAs: state.file(kept)) } catch {
            replacement.discard()
            throw error
        }
    }

    @Test(arguments: 0..<12 as Range<Int64>) func nothingIsLost(_ seed: Int64) throws {
        let store = try Store.open(boxes(), in: scratch.state)
        try Self.furnish(store, seed)
        let before = try Self.dump(store)
        let path = scratch.state.file("out")
        if seed % 2 == 0 {
            #expect(try Store.export(boxes(), in: scratch.state, to: path) != nil)
        } else {
            let written = try StoreArchive.export(
                [boxes()], in: scratch.state, to: path, at: Timestamp(milliseconds: 1_795_575_600_000))
            #expect(written.map(\.name) == ["boxes"])
            let listing = try ChildProcess.run("/bin/tar", ["-tf", path])
            #expect(String(decoding: listing.output, as: UTF8.self) == "boxes.db\n")
        }
        #expect(scratch.mode(of: "out") == 0o600)
        // What is written later is not in it.
        try store.add("later")
        #expect(try replace(path, in: other.state) == nil)
        let copy = try Store.open(boxes(), in: other.state)
        #expect(try Self.dump(copy) == before)
        #expect(!other.names.contains { $0.contains("new") || $0.contains("unfinished") }, "\(other.names)")
        // And it goes on as any other.
        try copy.add("red")
        #expect(try copy.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    }

    @Test func theOldOneIsKept() throws {
        try Store.open(boxes(), in: scratch.state).add("new")
        let path = scratch.state.file("out")
        _ = try Store.export(boxes(), in: scratch.state, to: path)
        let old = try Store.open(boxes(), in: other.state)
        try old.add("old")
        // As long as somebody has it open it is left alone, whole and with its log.
        let fault = #expect(throws: Fault.self) { try replace(path, in: other.state) }
        #expect(fault?.kind == .conflict && fault?.message.contains("in use") == true, "\(String(describing: fault))")
        #expect(try old.labels() == ["old"])
        #expect(try old.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
        #expect(!other.names.contains("kept") && !other.names.contains("boxes.db.new"))
        try old.close()
        #expect(try replace(path, in: other.state) == other.state.file("kept"))
        #expect(try Store.open(boxes(), in: other.state).labels() == ["new"])
        // What is kept is a store that can be imported again.
        #expect(try replace(other.state.file("kept"), in: other.state) == other.state.file("kept-2"))
        let again = try Store.open(boxes(), in: other.state)
        #expect(try again.labels() == ["old"])
    }

    @Test func anOlderOneIsMigrated() throws {
        try Store.open(boxes(steps: 1), in: scratch.state).add("red")
        let path = scratch.state.file("out")
        _ = try Store.export(boxes(steps: 1), in: scratch.state, to: path)
        _ = try replace(path, in: other.state, boxes(steps: 3))
        #expect(try Store.open(boxes(steps: 3), in: other.state).labels() == ["red"])
    }

    @Test func aDamagedStoreIsReplacedAndKept() throws {
        try Store.open(boxes(), in: scratch.state).add("new")
        let path = scratch.state.file("out")
        _ = try Store.export(boxes(), in: scratch.state, to: path)
        try Directory.create(other.state.path, "test")
        try DurableFile.write([UInt8](repeating: 7, count: 9000), to: other.state.file("boxes.db"), "test")
        #expect(try replace(path, in: other.state) != nil)
        #expect(try Store.open(boxes(), in: other.state).labels() == ["new"])
        #expect(try DurableFile.read(other.state.file("kept")).count == 9000)
    }

    @Test func whatIsNoExportIsRefused() throws {
        let store = try Store.open(boxes(steps: 3), in: scratch.state)
        try Self.fill(store)
        let path = scratch.state.file("out")
        _ = try Store.export(boxes(steps: 3), in: scratch.state, to: path)
        let bytes = try DurableFile.read(path)
        let alien = StoreDescription(
            name: "alien", path: "alien.db", recovery: "", migrations: [Migration("alien", sql: "SELECT 1")])
        var (foreign, damaged) = (bytes, bytes)
        foreign[68] = 1
        for place in stride(from: 4096 + 200, to: damaged.count, by: 97) { damaged[place] ^= 0xff }
        let cases: [(String, [UInt8], StoreDescription, Fault.Kind, String)] = [
            ("text", Array("no store".utf8), boxes(steps: 3), .usage, "is no export"),
            ("nothing", [], boxes(steps: 3), .usage, "is no export"),
            ("another program's", foreign, boxes(steps: 3), .usage, "is no export"),
            ("newer", bytes, boxes(steps: 2), .conflict, "newer debvisor"),
            ("another store", bytes, alien, .conflict, "is not the store"),
            ("damaged", damaged, boxes(steps: 3), .attention, "damaged"),
            ("cut", Array(bytes.prefix(bytes.count / 2)), boxes(steps: 3), .attention, "damaged"),
        ]
        try Store.open(boxes(steps: 1), in: other.state).add("old")
        for (title, content, description, kind, text) in cases {
            try DurableFile.write(content, to: path, "test")
            let fault = #expect(throws: Fault.self, "\(title)") { try replace(path, in: other.state, description) }
            #expect(
                fault?.kind == kind && fault?.message.contains(text) == true, "\(title): \(String(describing: fault))")
            #expect(!other.names.contains { $0.hasSuffix(".new") }, "\(title)")
        }
        #expect(try Store.open(boxes(steps: 1), in: other.state).labels() == ["old"])
    }

    private static func fill(_ store: Store) throws {
        for index in 0..<400 { try store.add("label \(index)") }
    }

    @Test(arguments: [0, 1, 511, 512, 513, (1 << 33) - 1, 1 << 33, 1 << 40] as [UInt64])
    func headersComeBack(_ size: UInt64) throws {
        let header = TarHeader(name: "metrics.db", size: size, time: 1_795_575_600)
        #expect(try TarHeader(header.bytes) == header)
        var damaged = header.bytes
        damaged[130] ^= 1
        #expect(throws: Fault.self) { try TarHeader(damaged) }
        #expect(try TarHeader([UInt8](repeating: 0, count: 512)) == nil)
    }

    @Test func archivesThatAreNotOursAreRefused() throws {
        try Store.open(boxes(), in: scratch.state).add("red")
        let path = scratch.state.file("out")
        _ = try StoreArchive.export([boxes()], in: scratch.state, to: path, at: Timestamp(milliseconds: 0))
        let whole = try DurableFile.read(path)
        for (bytes, kind) in [
            (Array(whole.prefix(5000)), Fault.Kind.attention), (Array(whole.dropLast(1024)), .attention),
        ] {
            try DurableFile.write(bytes, to: path, "test")
            let fault = #expect(throws: Fault.self) { try exported(path) }
            #expect(fault?.kind == kind)
        }
        try DurableFile.write(TarHeader(name: "passwd", size: 0, time: 0).bytes, to: path, "test")
        #expect(throws: Fault.self) { try exported(path) }
    }

    @Test(arguments: [("x", TarHeader.Kind.attributes), ("5", .directory), ("2", .other), ("1", .other), ("L", .other)])
    func kindsOfMembersAreToldApart(_ letter: String, _ kind: TarHeader.Kind) throws {
        var bytes = TarHeader(name: "metrics.db", size: 0, time: 0).bytes
        let old = bytes[156]
        bytes[156] = letter.utf8.first ?? 0
        // The sum of all bytes is written as six octal digits.
        let digits = String(decoding: bytes[148..<154], as: UTF8.self)
        let sum = String(try #require(Int(digits, radix: 8)) + Int(bytes[156]) - Int(old), radix: 8)
        bytes.replaceSubrange(148..<154, with: (String(repeating: "0", count: 6 - sum.count) + sum).utf8)
        #expect(try TarHeader(bytes)?.kind == kind)
    }

    /// Somebody who comes while a store is replaced gets the new one, not what was put aside.
    @Test func whoComesMeanwhileGetsTheNewOne() async throws {
        try Store.open(boxes(), in: scratch.state).add("new")
        let path = scratch.state.file("out")
        _ = try Store.export(boxes(), in: scratch.state, to: path)
        try Store.open(boxes(), in: other.state).add("old")
        let state = other.state
        let added = Locked(0)
        let reader = Task.detached {
            for index in 0..<200 {
                let store = try Store.open(boxes(), in: state)
                try store.add("added \(index)")
                added.withLock { $0 = index + 1 }
                try store.close()
            }
        }
        var replaced = false
        while !replaced, added.withLock({ $0 }) < 200 {
            do {
                _ = try replace(path, in: state)
                replaced = true
            } catch let fault as Fault where fault.kind == .conflict { continue }
        }
        let before = added.withLock { $0 }
        try await reader.value
        let labels = try Store.open(boxes(), in: state).labels()
        // All that was added after it is there; one may have come between the replacement and the look.
        let kept = labels.filter { $0.hasPrefix("added") }.count
        #expect(replaced == labels.contains("new"))
        #expect((200 - before...201 - before).contains(kept) || !replaced, "\(kept) of \(before)")
    }
}
