import DebVisorCore
import Inventory
import Platform
import Storage
import Testing

@Suite final class InventoryTests {
    let state = StateDirectory("/tmp/debvisor-inventory-\(UInt64.random(in: .min ... .max))")
    let inventory: Inventory

    init() throws { inventory = Inventory(try Store.open(Inventory.store, in: state)) }

    deinit {
        for name in (try? Directory.names(in: state.path)) ?? [] { _ = try? Directory.remove(state.file(name), "test") }
        _ = try? Directory.removeDirectory(state.path, "test")
    }

    @Test(arguments: [
        ("", ["db01", "db02", "web_1", "web%1", "über"]), ("db", ["db01", "db02"]), ("web%", ["web%1"]),
        ("web_", ["web_1"]), ("ü", ["über"]), ("DB", []), ("db01x", []), ("'", []),
    ])
    func findsByPrefix(prefix: String, expected: [String]) throws {
        try inventory.record(
            ["web%1", "web_1", "db02", "db01", "über", "db01"], of: .machine, in: "qemu:///system",
            at: Timestamp(milliseconds: 1))
        #expect(try inventory.names(of: .machine, startingWith: prefix).sorted() == expected.sorted())
    }

    @Test func replacesOneScopeOnly() throws {
        try inventory.record(["a", "b"], of: .machine, in: "one", at: Timestamp(milliseconds: 1))
        try inventory.record(["b", "c"], of: .machine, in: "two", at: Timestamp(milliseconds: 2))
        try inventory.record(["d"], of: .machine, in: "one", at: Timestamp(milliseconds: 3))
        #expect(try inventory.names(of: .machine) == ["b", "c", "d"])
        #expect(try inventory.names(of: .machine, in: "one") == ["d"])
        #expect(try inventory.lastSeen(.machine, in: "one") == Timestamp(milliseconds: 3))
        try inventory.record([], of: .machine, in: "one", at: Timestamp(milliseconds: 4))
        #expect(try inventory.names(of: .machine, in: "one") == [])
        #expect(try inventory.lastSeen(.machine, in: "one") == nil)
    }

    @Test func answersAGlance() throws {
        try inventory.record(["a"], of: .machine, in: "one", at: Timestamp(milliseconds: 1))
        let glance = try #require(Store.glance(Inventory.store, in: state))
        #expect(try Inventory(glance).names(of: .machine) == ["a"])
    }
}
