import CSystem
import DebVisorCore
import Glibc

extension ChildProcess {
    /// What a program said and how it ended.
    package struct Output: Sendable {
        package var end: End
        package var output: [UInt8]
        package var errors: [UInt8]

        package var isSuccess: Bool { end == .status(0) }
        /// The last line on standard error that says something.
        package var complaint: String {
            let lines = String(decoding: errors, as: UTF8.self).split(whereSeparator: \.isNewline)
            return lines.last { !$0.allSatisfy(\.isWhitespace) }.map(String.init) ?? "it gave no reason (\(end))"
        }
    }

    /// Runs a program to its end, without a shell. Blocks the thread.
    /// - Parameters:
    ///   - input: what it finds on its standard input: a file in memory, so that nothing waits for it to read.
    ///   - variables: added to our environment.
    ///   - limit: bytes kept of each stream; what exceeds it is read and dropped.
    /// - Throws: `timeout` if it was still running at the deadline (it is then killed).
    package static func run(
        _ path: String, _ arguments: [String], input: [UInt8] = [], variables: [String: String] = [:],
        within deadline: Duration = .seconds(60), limit: Int = 16 << 20
    ) throws -> Output {
        let output = try Pipe()
        let errors = try Pipe()
        let source = input.isEmpty ? nil : try File(inMemory: input)
        let process = try ChildProcess(
            path, arguments, descriptors: [source?.descriptor, output.writeEnd, errors.writeEnd], variables: variables)
        output.closeWriteEnd()
        errors.closeWriteEnd()
        let end = ContinuousClock.now + deadline
        var streams = [[UInt8](), [UInt8]()]
        var open = [output.readEnd, errors.readEnd]
        while open != [-1, -1], ContinuousClock.now < end {
            var entries = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&entries, 2, Deadline.milliseconds(until: end)) > 0 else { continue }
            for index in 0..<2 where entries[index].revents != 0 {
                if !drain(open[index], into: &streams[index], limit: limit) { open[index] = -1 }
            }
        }
        guard let status = process.wait(within: max(end - .now, .zero)) else {
            process.signal(SIGKILL)
            _ = process.wait(within: .seconds(10))
            throw Fault(.timeout, "'\(process.program)' did not end within \(deadline)")
        }
        return Output(end: status, output: streams[0], errors: streams[1])
    }

    /// Reads what is there; false at the end of the stream.
    private static func drain(_ descriptor: Int32, into bytes: inout [UInt8], limit: Int) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 16) { buffer in
            let got = read(descriptor, buffer.baseAddress, buffer.count)
            if got < 0 { return errno == EINTR || errno == EAGAIN }
            bytes.append(contentsOf: buffer[..<min(got, max(0, limit - bytes.count))])
            return got > 0
        }
    }
}

extension File {
    /// A file without a name that lies in memory, to be read from its beginning.
    convenience init(inMemory bytes: [UInt8]) throws {
        let descriptor = bytes.withUnsafeBytes { dv_memory_file($0.baseAddress, $0.count) }
        guard descriptor >= 0 else { throw Fault.system(-descriptor, "make", "file in memory") }
        self.init(adopting: descriptor, path: "file in memory")
    }
}

/// Both ends of a pipe, each closed once.
package final class Pipe: Sendable {
    package let readEnd: Int32
    private let write: Monitor<Int32>

    package init() throws {
        var ends: [Int32] = [-1, -1]
        let code = dv_pipe(&ends)
        guard code == 0 else { throw Fault.system(code, "make", "pipe") }
        readEnd = ends[0]
        write = Monitor(ends[1])
    }

    deinit {
        close(readEnd)
        closeWriteEnd()
    }

    /// -1 once closed.
    package var writeEnd: Int32 { write.change { $0 } }

    package func closeWriteEnd() {
        write.change {
            if $0 >= 0 { close($0) }
            $0 = -1
        }
    }

    /// What is in the pipe now, without waiting for more.
    package func available(limit: Int = 65536) -> [UInt8] {
        var entry = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 0) > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            count = max(0, read(readEnd, buffer.baseAddress, limit))
        }
    }
}
