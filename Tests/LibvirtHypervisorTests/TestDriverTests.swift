import DebVisorCore
import Hypervisor
import LibvirtHypervisor
import Testing

/// libvirt's own mock driver: real library, invented machines.
@Suite struct TestDriverTests {
    let hypervisor = LibvirtHypervisor(uri: "test:///default")

    private func name(_ text: String) throws -> VMName { try VMName(text) }

    @Test func listsMachines() async throws {
        let machines = try await hypervisor.machines()
        let machine = try #require(machines.first { $0.name.text == "test" })
        #expect(machine.state == .running)
        #expect(machine.persistent)
        #expect(machine.vcpus == 2)
        #expect(machine.memory == ByteCount(2 << 30))
        #expect(machine.uuid.utf8.count == 36)
        #expect(machine.id != nil)
        #expect(machines.map(\.name) == machines.map(\.name).sorted())
    }

    @Test func showsOneMachine() async throws {
        let machine = try await hypervisor.machine(name("test"))
        #expect(machine.name.text == "test")
        #expect(machine.maximumMemory == ByteCount(8 << 30))
    }

    @Test func unknownMachineIsNotFound() async throws {
        let unknown = try name("nobody")
        await #expect(throws: Fault.self) { try await hypervisor.machine(unknown) }
        for attempt in 0..<3 {
            do {
                switch attempt {
                case 0: _ = try await hypervisor.machine(unknown)
                case 1: _ = try await hypervisor.definition(of: unknown)
                default:
                    _ = try await hypervisor.beginBackup(of: unknown, disks: ["vda"], quiesce: false, tracking: nil)
                }
                Issue.record("an unknown machine was found")
            } catch let fault as Fault {
                #expect(fault.kind == .notFound)
                #expect(fault.message.contains("'nobody'"))
            }
        }
    }

    @Test func unknownPoolIsNotFound() async throws {
        do {
            _ = try await hypervisor.poolDirectory("nowhere")
            Issue.record("an unknown pool was found")
        } catch let fault as Fault {
            #expect(fault.kind == .notFound)
        }
        #expect(try await hypervisor.poolDirectory("default-pool") == "/default-pool")
        try await hypervisor.refreshPool("default-pool")
    }

    @Test func statisticsGiveStateOnly() async throws {
        let all = try await hypervisor.statistics([])
        let one = try #require(all.first { $0.name.text == "test" })
        #expect(one.state == .running)
        #expect(one.cpuTimeNanoseconds == nil)
        #expect(one.blocks.isEmpty)
        #expect(!one.stale)
        let named = try await hypervisor.statistics([name("test")])
        #expect(named.map(\.name.text) == ["test"])
    }

    @Test func poolsHaveTheirSpace() async throws {
        let pools = try await hypervisor.pools()
        let pool = try #require(pools.first { $0.name == "default-pool" })
        #expect(pool.state == .running)
        #expect(pool.space?.capacity == ByteCount(100 << 30))
        #expect(pool.space?.available == ByteCount(100 << 30))
    }

    @Test func statisticsSayWhichMachineAndRun() async throws {
        let machine = try await hypervisor.machine(name("test"))
        let one = try #require(try await hypervisor.statistics([name("test")]).first)
        #expect(one.uuid == machine.uuid)
        #expect(one.id == machine.id)
        #expect(one.stateReason != nil)
    }

    @Test func backupIsUnavailableWithTheDriversReason() async throws {
        do {
            _ = try await hypervisor.beginBackup(of: name("test"), disks: [], quiesce: true, tracking: nil)
            Issue.record("the test driver began a backup")
        } catch let fault as Fault {
            #expect(fault.kind == .unavailable)
            #expect(fault.cause?.contains("not supported") == true)
        }
    }

    @Test func definesStartsAndShowsACopy() async throws {
        let original = try await hypervisor.definition(of: name("test"))
        var changes = MachineChanges()
        let copyName = try name("copy-\(UInt32.random(in: .min ... .max))")
        changes.newName = copyName
        let xml = try hypervisor.rewrite(original.xml, changes)
        try await hypervisor.define(xml: xml)
        var copy = try await hypervisor.machine(copyName)
        #expect(copy.state == .shutOff)
        #expect(copy.id == nil)
        #expect(copy.uuid != original.uuid)
        try await hypervisor.start(copyName)
        copy = try await hypervisor.machine(copyName)
        #expect(copy.state == .running)
        do {
            try await hypervisor.start(copyName)
            Issue.record("a running machine was started")
        } catch let fault as Fault {
            #expect(fault.kind == .conflict)
        }
    }

    @Test func brokenDefinitionIsRefused() async throws {
        do {
            try await hypervisor.define(xml: "<domain type='test'><name>x</name></domain>")
            Issue.record("a broken definition was accepted")
        } catch let fault as Fault {
            #expect(fault.kind == .failed)
        }
    }

    @Test func activeMachinesHoldTheirPaths() async throws {
        let xml = """
            <domain type='test'><name>holder</name><memory>1024</memory><os><type>hvm</type></os><devices>
            <disk type='file' device='disk'><source file='/images/held.img'/><target dev='vda'/></disk>
            </devices></domain>
            """
        try await hypervisor.define(xml: xml)
        #expect(try await hypervisor.pathsInUse()["/images/held.img"] == nil)
        try await hypervisor.start(name("holder"))
        #expect(try await hypervisor.pathsInUse()["/images/held.img"]?.text == "holder")
    }
}
