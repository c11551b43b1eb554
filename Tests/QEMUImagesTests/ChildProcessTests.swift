import DebVisorCore
import Glibc
import Platform
import Testing

@Suite struct ChildProcessTests {
    @Test func capturesBothStreamsAndTheStatus() throws {
        let result = try ChildProcess.run("/bin/sh", ["-c", "echo out; echo err >&2; exit 7"])
        #expect(String(decoding: result.output, as: UTF8.self) == "out\n")
        #expect(result.complaint == "err")
        #expect(result.end == .status(7))
    }

    @Test func tellsASignal() throws {
        #expect(try ChildProcess.run("/bin/sh", ["-c", "kill -9 $$"]).end == .signal(9))
    }

    @Test func largeOutputIsCut() throws {
        let result = try ChildProcess.run(
            "/bin/sh", ["-c", "head -c 3000000 /dev/zero; head -c 300000 /dev/zero >&2"], limit: 1000)
        #expect(result.output.count == 1000)
        #expect(result.isSuccess)
    }

    @Test func deadlineEndsIt() throws {
        do {
            _ = try ChildProcess.run("/bin/sleep", ["600"], within: .milliseconds(100))
            Issue.record("sleep ended early")
        } catch let fault as Fault {
            #expect(fault.kind == .timeout)
        }
    }

    @Test func missingProgram() {
        #expect(throws: Fault.self) { try ChildProcess.run("/nonexistent/program", []) }
        #expect(ChildProcess.find("no-such-program-anywhere") == nil)
        #expect(ChildProcess.find("sh")?.hasPrefix("/") == true)
    }

    @Test func inheritsOnlyWhatItIsGiven() throws {
        let leak = open("/etc/hostname", O_RDONLY)
        defer { close(leak) }
        let result = try ChildProcess.run("/bin/sh", ["-c", "ls /proc/$$/fd"])
        let numbers = String(decoding: result.output, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
        #expect(Set(numbers).isSubset(of: [0, 1, 2, 10, 255]))
    }

    @Test func endKillsWhatDoesNotListen() throws {
        let process = try ChildProcess("/bin/sh", ["-c", "trap '' TERM; while :; do sleep 1; done"])
        #expect(process.wait(within: .milliseconds(200)) == nil)
        #expect(process.end(patience: .milliseconds(100)) == .signal(SIGKILL))
        #expect(process.wait(within: .zero) == .signal(SIGKILL))
    }
}
