import CDynamicTables
import DebVisorCore
import Hypervisor
import Platform
import Testing

@testable import LibvirtHypervisor

@Suite struct CheckpointTests {
    private let hypervisor = LibvirtHypervisor(uri: "test:///default")

    @Test(arguments: ["debvisor-0a1b", "a<b>&'c\""])
    func whatIsAskedForReadsBack(name: String) throws {
        let xml = CheckpointXML(name: name, disks: ["vda"], allTargets: ["vda", "vdb"])
        let read = try #require(try CheckpointXML.read(xml.text(createdAt: 17)))
        #expect(read == MachineCheckpoint(name: name, parent: nil, createdAt: 17, bitmaps: ["vda": name]))
        #expect(try XMLParser.parse(xml.text()).root.first("creationTime") == nil)
    }

    @Test func libvirtsDescriptionIsRead() throws {
        let xml = """
            <domaincheckpoint><name>two</name><parent><name>one</name></parent><creationTime>1525889631</creationTime>
            <disks><disk name='vda' checkpoint='bitmap' bitmap='other'/><disk name='vdb' checkpoint='no'/></disks>
            </domaincheckpoint>
            """
        let expected = MachineCheckpoint(
            name: "two", parent: "one", createdAt: 1_525_889_631, bitmaps: ["vda": "other"])
        #expect(try CheckpointXML.read(xml) == expected)
        #expect(try CheckpointXML.read("<domaincheckpoint><disks/></domaincheckpoint>") == nil)
    }

    @Test func onlyDisksWithACheckpointAreAskedForChanges() throws {
        let disks = try XMLParser.parse(
            """
            <domain><devices>
            <disk type='file'><source file='/i/a'/><target dev='vda'/></disk>
            <disk type='file'><source file='/i/b'/><target dev='vdb'/></disk>
            </devices></domain>
            """
        ).root.machineDisks
        var request = BackupRequest(
            socketPath: "/s", disks: disks, allTargets: ["vda", "vdb", "vdc"],
            directories: .standard(session: false, .process),
            tracking: ChangeTracking(checkpoint: "new", disks: ["vda"], since: ["vda": "old"]))
        let asked = try XMLParser.parse(request.xml).root.first("disks")?.elements("disk") ?? []
        #expect(asked.map { $0["incremental"] } == ["old", nil, nil])
        #expect(asked.map { $0["backupmode"] } == ["incremental", nil, nil])
        #expect(asked.map { $0["exportbitmap"] } == ["changes-vda", nil, nil])
        #expect(asked.map { $0["backup"] } == ["yes", "yes", "no"])
        let begun = try CheckpointXML.read(#require(request.checkpointXML))
        #expect(begun?.bitmaps == ["vda": "new"])
        request.tracking?.checkpoint = nil
        #expect(request.checkpointXML == nil)
        request.tracking = nil
        #expect(!request.xml.contains("incremental"))
    }

    /// Refusals that may come from a checkpoint are tried again without; a machine that is gone or busy is not.
    @Test func onlyRefusalsOfCheckpointsStepDown() {
        let table: [(virErrorNumber, Bool)] = [
            (VIR_ERR_CHECKPOINT_INCONSISTENT, true), (VIR_ERR_NO_DOMAIN_CHECKPOINT, true),
            (VIR_ERR_OPERATION_UNSUPPORTED, true), (VIR_ERR_NO_DOMAIN, false), (VIR_ERR_OPERATION_TIMEOUT, false),
            (VIR_ERR_ACCESS_DENIED, false), (VIR_ERR_NO_CONNECT, false), (VIR_ERR_NO_SUPPORT, false),
        ]
        for (code, stepsDown) in table {
            let error = LibvirtError(code: Int32(code.rawValue), systemCode: 0, text: "")
            #expect(error.mayBeAboutCheckpoints == stepsDown, "\(code)")
        }
    }

    @Test func aMachineWithoutAnyHasNone() async throws {
        let name = try VMName("test")
        #expect(try await hypervisor.checkpoints(of: name) == [])
        #expect(try await hypervisor.startID(of: name) == nil)
        do {
            _ = try await hypervisor.removeCheckpoint("nothing", of: name)
            Issue.record("a checkpoint that is not there was removed")
        } catch let fault as Fault {
            #expect(fault.kind == .notFound)
        }
    }

    @Test func aMachinesProcessIsFoundByItsUUID() throws {
        let uuid = "5f1c0de0-0000-4000-8000-\(String(UInt64.random(in: 1 << 44..<1 << 48), radix: 16))"
        #expect(QEMUProcess.find(uuid: uuid) == nil)
        // A shell that stands still; what follows its script is only there to be seen.
        let process = try ChildProcess("/bin/sh", ["-c", "kill -STOP $$", "-uuid", uuid, "-S"])
        defer { _ = process.end(patience: .zero) }
        // Until the child has become the shell it looks like us.
        var seen: ProcessIdentity?
        for _ in 0..<1000 where seen == nil {
            seen = QEMUProcess.find(uuid: uuid)
            if seen == nil { Worker.pause(milliseconds: 10) }
        }
        let found = try #require(seen)
        #expect(!found.hasEnded)
        _ = process.end(patience: .zero)
        #expect(QEMUProcess.find(uuid: uuid) == nil)
    }
}
