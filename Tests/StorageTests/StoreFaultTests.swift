import DebVisorCore
import GRDB
import Glibc
import Platform
import Storage
import Testing

@Suite struct StoreFaultTests {
    let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test(arguments: [
        (ResultCode.SQLITE_BUSY, Fault.Kind.timeout), (.SQLITE_BUSY_SNAPSHOT, .timeout), (.SQLITE_FULL, .failed),
        (.SQLITE_CANTOPEN, .denied), (.SQLITE_READONLY, .denied), (.SQLITE_PERM, .denied),
        (.SQLITE_CORRUPT, .attention), (.SQLITE_NOTADB, .attention), (.SQLITE_CONSTRAINT_UNIQUE, .conflict),
        (.SQLITE_NOMEM, .unavailable), (.SQLITE_IOERR_FSYNC, .failed),
    ])
    func tellsCausesApart(code: ResultCode, kind: Fault.Kind) {
        let fault = Fault.store(boxes(), "/x/boxes.db", DatabaseError(resultCode: code))
        #expect(fault.kind == kind)
        #expect(fault.message.contains("'boxes'"))
        #expect(!fault.message.hasSuffix("."))
    }

    @Test func undoesATransactionThatThrows() throws {
        let store = try Store.open(boxes(), in: scratch.state)
        #expect(throws: Fault.self) {
            try store.write("test") { database in
                try database.execute(sql: "INSERT INTO box (label) VALUES ('red')")
                throw Fault(.failed, "changed my mind")
            }
        }
        #expect(try store.labels() == [])
    }

    @Test func saysWhenAnotherKeepsTheLock() throws {
        let store = try Store.open(boxes(), in: scratch.state)
        var hasty = Configuration()
        hasty.busyMode = .immediateError
        let other = try DatabaseQueue(path: store.path, configuration: hasty)
        try store.write("test") { _ in
            let error = #expect(throws: DatabaseError.self) {
                try other.write { try $0.execute(sql: "DELETE FROM box") }
            }
            #expect(error.map { Fault.store(boxes(), store.path, $0).kind } == .timeout)
        }
    }

    @Test func refusesWhatIsNoDatabase() throws {
        try Directory.create(scratch.state.path, "test")
        try DurableFile.write(
            Array(repeating: UInt8(ascii: "x"), count: 5000), to: scratch.state.file("boxes.db"), "test")
        let fault = #expect(throws: Fault.self) { try Store.open(boxes(), in: scratch.state) }
        #expect(fault?.kind == .attention)
        #expect(fault?.hint == "move it away")
        #expect(try Store.check(boxes(), in: scratch.state).verdict == .damaged)
    }

    @Test func checksWhatIsThere() throws {
        #expect(try Store.check(boxes(), in: scratch.state).verdict == .absent)
        let store = try Store.open(boxes(), in: scratch.state)
        try store.add("red")
        let check = try Store.check(boxes(), in: scratch.state)
        #expect(check.verdict == .ok)
        #expect(check.size.bytes > 4096)
        #expect(try Store.check(boxes(steps: 3), in: scratch.state).verdict == .older)
        #expect(try Store.check(boxes(steps: 1), in: scratch.state).problems.count == 1)
    }

    @Test func findsADanglingReference() throws {
        let store = try Store.open(boxes(), in: scratch.state)
        var careless = Configuration()
        careless.foreignKeysEnabled = false
        let other = try DatabaseQueue(path: store.path, configuration: careless)
        try other.write { try $0.execute(sql: "INSERT INTO thing (box) VALUES (7)") }
        let check = try Store.check(boxes(), in: scratch.state)
        #expect(check.verdict == .damaged)
        #expect(check.problems == ["a row of 'thing' refers to a row of 'box' that is not there"])
    }

    @Test func findsADamagedPage() throws {
        let store = try Store.open(boxes(), in: scratch.state)
        for number in 0..<2000 { try store.add("box number \(number)") }
        try store.close()
        let file = try File(store.path, .readWrite)
        let noise = [UInt8](repeating: 0xA5, count: 4096)
        for page in 3..<6 { try noise.withUnsafeBytes { try file.write($0, at: page * 4096, "test") } }
        let check = try Store.check(boxes(), in: scratch.state)
        #expect(check.verdict == .damaged)
        #expect(!check.problems.isEmpty)
    }
}
