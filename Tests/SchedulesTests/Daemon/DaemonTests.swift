import CSystem
import DebVisorCore
import Foundation
import Glibc
import Platform
import Testing

@testable import Schedules

@Suite struct DaemonTests {
    /// A daemon in a process of its own, that ends when its input does.
    final class Daemon {
        let process: ChildProcess
        private let input: Platform.Pipe
        private let output: Platform.Pipe
        private(set) var heard = ""
        /// What came before what was heard last.
        private(set) var said = ""

        init(_ fixture: RunFixture, _ variables: [String: String] = [:]) throws {
            input = try Platform.Pipe()
            output = try Platform.Pipe()
            process = try ChildProcess(
                try RunFixture.driver(), ["daemon", fixture.state.path],
                descriptors: [input.readEnd, output.writeEnd, output.writeEnd], variables: variables)
            output.closeWriteEnd()
        }

        func stop() -> ChildProcess.End? {
            input.closeWriteEnd()
            return process.wait(within: .seconds(10))
        }

        /// Whether it says this; the limit is only for one that never does.
        func hears(_ text: String) -> Bool {
            let end = ContinuousClock.now + .seconds(60)
            while ContinuousClock.now < end {
                heard += String(decoding: output.available(), as: UTF8.self)
                if let found = heard.range(of: text) {
                    said = String(heard[..<found.lowerBound])
                    heard = String(heard[found.upperBound...])
                    return true
                }
                Worker.pause(milliseconds: 5)
            }
            return false
        }
    }

    @Test func aChangeIsSeen() throws {
        let fixture = try RunFixture()
        try fixture.add("soon", shell: "true")
        let daemon = try Daemon(fixture)
        #expect(daemon.hears("looked"))
        Worker.pause(milliseconds: 200)
        try fixture.store.makeDue("soon")
        // Nothing else would wake it before next year.
        #expect(daemon.hears("-1\n"), "\(daemon.heard)")
        #expect(daemon.stop() == .status(0))
    }

    @Test func anIdleDaemonSleeps() throws {
        let fixture = try RunFixture()
        try fixture.add("yearly", shell: "true")
        let daemon = try Daemon(fixture)
        #expect(daemon.hears("process "))
        #expect(daemon.hears("looked"))
        let pid = try #require(daemon.said.split(separator: ".").first.flatMap { Int32($0) })
        // It looks again after its own writes, on a busy machine not at once; one that wakes without a reason never sleeps.
        let sleeps = try (0..<15).contains { _ in
            let before = try Self.switches(pid)
            Worker.pause(milliseconds: 2000)
            return try Self.switches(pid) == before
        }
        #expect(sleeps)
        #expect(daemon.stop() == .status(0))
    }

    @Test func aKilledSupervisorIsMissedAtOnce() throws {
        let fixture = try RunFixture()
        try fixture.add("long", shell: "sleep 60")
        let run = try fixture.execute("long")
        let files = RunFiles(run.id.number, in: fixture.state)
        let first = try files.supervisor().process
        let daemon = try Daemon(fixture)
        #expect(daemon.hears("looked"))
        // The looks after its own first write are over.
        Worker.pause(milliseconds: 1000)
        try fixture.killSupervisor(of: run)
        try fixture.eventually { try files.supervisor().isAlive }
        #expect(try files.supervisor().process != first)
        #expect(try fixture.store.run(run.id)?.status == .running)
        #expect(daemon.stop() == .status(0))
        _ = try fixture.scheduler.cancel(run.id)
        #expect(try fixture.finish(run).status == .cancelled)
    }

    @Test func theServiceManagerIsTold() throws {
        let fixture = try RunFixture()
        let path = fixture.state.file("notify")
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(100)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) }
        }
        #expect(bound == 0)
        let daemon = try Daemon(fixture, ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "400000"])
        var heard: [String] = []
        // A limit only for a daemon that says nothing.
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end, heard.last != "STOPPING=1" {
            var buffer = [UInt8](repeating: 0, count: 200)
            let got = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if got > 0 { heard.append(String(decoding: buffer[..<got], as: UTF8.self)) }
            if got > 0, heard.count == 5 { _ = daemon.stop() }
            Worker.pause(milliseconds: 5)
        }
        #expect(heard.first == "READY=1" && heard.filter { $0 == "WATCHDOG=1" }.count >= 3, "\(heard)")
        #expect(heard.last == "STOPPING=1", "\(heard)")
    }

    /// The driver that serves this state directory.
    private static func switches(_ pid: Int32) throws -> [Substring] {
        let text = String(decoding: try ProcFile.read("/proc/\(pid)/status"), as: UTF8.self)
        return text.split(separator: "\n").filter { $0.hasPrefix("voluntary_ctxt_switches") }
    }
}
