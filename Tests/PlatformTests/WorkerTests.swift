import DebVisorCore
import Platform
import Testing

@Suite struct WorkerTests {
    @Test func `every thread runs, and the first error is thrown after the last has ended`() throws {
        let ended = Locked(0)
        #expect(throws: Fault.self) {
            try Worker.run(4) { number in
                if number == 2 { throw Fault(.failed, "two") }
                ended.withLock { $0 += 1 }
            }
        }
        #expect(ended.withLock { $0 } == 3)
    }

    @Test func `a call that hangs is given up, and what it answers later is undone`() async throws {
        let gate = Monitor(false)
        let undone = Monitor(0)
        await #expect(throws: Fault.self) {
            _ = try await Worker.run(
                within: .milliseconds(20), otherwise: { Fault(.timeout, "hung") },
                late: { (answer: Int) in undone.change { $0 = answer } }
            ) {
                _ = gate.wait { $0 ? true : nil }
                return 42
            }
        }
        gate.change { $0 = true }
        #expect(undone.wait { $0 != 0 ? $0 : nil } == 42)
    }

    @Test func `a monitor hands over in order`() throws {
        let queue = Monitor([Int]())
        let sum = Locked(0)
        try Worker.run(2) { number in
            for value in 1...1000 {
                if number == 0 {
                    queue.change { $0.append(value) }
                } else {
                    let taken = queue.wait { $0.isEmpty ? nil : $0.removeFirst() }
                    #expect(taken == value)
                    sum.withLock { $0 += taken }
                }
            }
        }
        #expect(sum.withLock { $0 } == 500_500)
    }

    @Test func `settings of the environment that are empty count as unset`() {
        let environment = Environment(["A": "x", "B": ""])
        #expect(environment["A"] == "x")
        #expect(environment["B"] == nil)
        let account = UserAccount(userID: 1000, home: "/home/u")
        #expect(StateDirectory.standardPath(for: account, Environment([:])) == "/home/u/.local/state/debvisor")
        #expect(
            StateDirectory.standardPath(for: account, Environment(["XDG_STATE_HOME": "relative"]))
                == "/home/u/.local/state/debvisor")
        #expect(StateDirectory.standardPath(for: account, Environment(["XDG_STATE_HOME": "/s"])) == "/s/debvisor")
        #expect(
            StateDirectory.standardPath(for: UserAccount(userID: 0, home: "/root"), Environment([:]))
                == "/var/lib/debvisor")
    }
}
