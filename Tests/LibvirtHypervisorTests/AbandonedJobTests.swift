import DebVisorCore
import Platform
import Testing

@testable import LibvirtHypervisor

@Suite struct AbandonedJobTests {
    @Test func `only the socket of a process that ended is abandoned`() throws {
        let own = try #require(ProcessIdentity.current)
        #expect(!own.hasEnded)
        #expect(ProcessIdentity(own.description) == own)
        #expect(!BackupSocket.isAbandoned("/x/debvisor-\(own)-abc.sock"))

        let program = try #require(ChildProcess.find("cat"))
        let pipe = try Pipe()
        let child = try ChildProcess(program, [], descriptors: [pipe.readEnd, nil, nil])
        let pids = try Directory.names(in: "/proc").compactMap { Int32($0) }
        let children = pids.compactMap { ProcessIdentity(of: $0) }.filter { $0 != own }
        #expect(children.contains { !$0.hasEnded })
        child.end()
        // The same number at another time, and a number that nobody has.
        let parts = own.description.split(separator: "-")
        #expect(BackupSocket.isAbandoned("/x/debvisor-\(parts[0])-1-\(parts[2])-abc.sock"))
        #expect(BackupSocket.isAbandoned("/x/debvisor-zzzzzz-\(parts[1])-\(parts[2])-abc.sock"))
        // Another namespace's numbers tell nothing, and other people's sockets are theirs.
        #expect(!BackupSocket.isAbandoned("/x/debvisor-zzzzzz-\(parts[1])-1-abc.sock"))
        for name in ["debvisor-abc.sock", "backup.sock", "debvisor---.sock", "debvisor-1-2-3-4-5.sock", "x"] {
            #expect(!BackupSocket.isAbandoned("/x/\(name)"))
        }
    }
}
