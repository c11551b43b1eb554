import DebVisorCore
import GRDB
import Platform
import Storage
import Testing

@Suite struct StoreRaceTests {
    @Test(arguments: 0..<10) func sixteenCreateAtOnce(round: Int) throws {
        let scratch = try ScratchDirectory()
        let state = scratch.state
        try Worker.run(16) { worker in
            let store = try Store.open(boxes(), in: state)
            try store.add("box \(worker)")
            _ = Store.glance(boxes(), in: state)
            _ = try Store.openExisting(boxes(), in: state)?.labels()
        }
        #expect(try Store.open(boxes(), in: state).labels().count == 16)
    }

    @Test(arguments: 0..<5) func sixteenMigrateAtOnce(round: Int) throws {
        let scratch = try ScratchDirectory()
        let state = scratch.state
        try Store.open(boxes(steps: 1), in: state).add("first")
        try Worker.run(16) { worker in
            let store =
                worker % 2 == 0
                ? try Store.open(boxes(steps: 3), in: state) : try Store.openExisting(boxes(steps: 3), in: state)
            #expect(try store?.labels().contains("first") == true)
        }
        #expect(try Store.check(boxes(steps: 3), in: state).verdict == .ok)
    }

    @Test func connectionsTakeTurnsAtWriting() throws {
        let scratch = try ScratchDirectory()
        let state = scratch.state
        try Worker.run(8) { worker in
            let store = try Store.open(boxes(), in: state)
            for number in 0..<25 { try store.add("\(worker)/\(number)") }
        }
        #expect(try Store.open(boxes(), in: state).labels().count == 200)
    }
}
