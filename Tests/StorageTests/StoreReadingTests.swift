import DebVisorCore
import GRDB
import Platform
import Storage
import Testing

@Suite struct StoreReadingTests {
    let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test func createsNothing() throws {
        #expect(try Store.openExisting(boxes(), in: scratch.state) == nil)
        #expect(Store.glance(boxes(), in: scratch.state) == nil)
        #expect(!Directory.exists(scratch.state.path))
    }

    @Test func readsButDoesNotWrite() throws {
        try Store.open(boxes(), in: scratch.state).add("red")
        for store in [try Store.openExisting(boxes(), in: scratch.state), Store.glance(boxes(), in: scratch.state)] {
            let store = try #require(store)
            #expect(try store.labels() == ["red"])
            #expect(throws: Fault.self) { try store.add("blue") }
        }
        #expect(try Store.open(boxes(), in: scratch.state).labels() == ["red"])
    }

    @Test func glancesWithoutATrace() throws {
        try Store.open(boxes(), in: scratch.state).close()
        let before = scratch.names
        let store = try #require(Store.glance(boxes(), in: scratch.state))
        #expect(try store.labels() == [])
        #expect(scratch.names == before)
    }

    @Test func glancesAtWhatAnotherConnectionHasJustWritten() throws {
        let writer = try Store.open(boxes(), in: scratch.state)
        try writer.add("red")
        try #expect(#require(Store.glance(boxes(), in: scratch.state)).labels() == ["red"])
    }

    @Test func glancesWhileAnotherConnectionWrites() throws {
        let writer = try Store.open(boxes(), in: scratch.state)
        try writer.add("red")
        try writer.write("test") { database in
            try database.execute(sql: "INSERT INTO box (label) VALUES ('blue')")
            try #expect(#require(Store.glance(boxes(), in: scratch.state)).labels() == ["red"])
        }
    }

    @Test func glancesOnlyAtTheCurrentSchema() throws {
        try Store.open(boxes(steps: 1), in: scratch.state).close()
        #expect(Store.glance(boxes(steps: 2), in: scratch.state) == nil)
        #expect(
            try Store.openExisting(boxes(steps: 2), in: scratch.state)?.read { try $0.tableExists("thing") } == true)
    }

    @Test(arguments: ["100%", "a b", "q?x=1", "h#1", "ünï"]) func glancesInAnyDirectory(name: String) throws {
        let place = StateDirectory(scratch.state.file(name))
        try Store.open(boxes(), in: place).add("red")
        try #expect(#require(Store.glance(boxes(), in: place)).labels() == ["red"])
        for file in try Directory.names(in: place.path) { try Directory.remove(place.file(file), "test") }
        try Directory.removeDirectory(place.path, "test")
    }
}
