import DebVisorCore
import Glibc
import Hypervisor
import Platform
import QEMUImages
import Testing

@testable import LibvirtHypervisor

/// A libvirtd with a running machine of at least two disks; see the environment variables below.
private let qemuURI: String? = {
    let uri = Environment.process["DEBVISOR_TEST_QEMU_URI"]
    if uri == nil { print("SKIPPED: tests with a real QEMU, because DEBVISOR_TEST_QEMU_URI names no libvirtd") }
    return uri
}()

/// Whether the machine may be stopped for a test.
private let mayStop = Environment.process["DEBVISOR_TEST_QEMU_MAY_STOP"] != nil

@Suite(.enabled(if: qemuURI != nil, "DEBVISOR_TEST_QEMU_URI names no libvirtd"), .serialized) struct QEMUBackupTests {
    let hypervisor: LibvirtHypervisor
    let images = QEMUImages()

    init() {
        let uri = qemuURI ?? ""
        var directories = DaemonDirectories.standard(session: HypervisorURI(uri).isSession, .process)
        // For a daemon whose file system is not ours: a directory that both see under one path.
        directories.sockets = Environment.process["DEBVISOR_TEST_QEMU_SOCKETS"]
        hypervisor = LibvirtHypervisor(uri: uri, directories: directories)
    }

    private func machine() async throws -> Machine {
        try #require(try await hypervisor.machines().first { $0.state == .running && $0.disks.count >= 2 })
    }

    @Test func listingHasSizesAndCounters() async throws {
        let machine = try await machine()
        #expect(machine.disks.allSatisfy { ($0.capacity?.bytes ?? 0) > 0 })
        #expect(machine.disks.allSatisfy { $0.path?.hasPrefix("/") == true })
        #expect(machine.interfaces.allSatisfy { $0.mac?.utf8.count == 17 })
        let statistics = try #require(try await hypervisor.statistics([machine.name]).first)
        #expect(!statistics.stale)
        #expect((statistics.cpuTimeNanoseconds ?? 0) > 0)
        #expect((statistics.residentMemory?.bytes ?? 0) > 1 << 20)
        #expect(statistics.blocks.count == machine.disks.count)
        #expect(statistics.blocks.allSatisfy { $0.readBytes != nil && $0.writeBytes != nil })
        let definition = try await hypervisor.definition(of: machine.name)
        #expect(!definition.xml.contains("<domain type='kvm' id="))
        #expect(definition.disks.map(\.target) == machine.disks.map(\.target))
        let held = try await hypervisor.pathsInUse()
        for disk in machine.disks { #expect(held[disk.path ?? ""] == machine.name) }
        let again = try await hypervisor.machine(machine.name)
        #expect(again.uuid == machine.uuid)
    }

    /// What we read is what an independent client reads, while the guest goes on writing; twice, so that the first
    /// job left nothing behind.
    @Test(
        .enabled(if: ChildProcess.find("nbdcopy") != nil, "no nbdcopy (package libnbd-bin)"), arguments: [true, false])
    func everyDiskReadsAsAnotherClientReadsIt(quiesce: Bool) async throws {
        let machine = try await machine()
        let targets = machine.disks.filter { $0.device == .disk }.map(\.target)
        let job = try await hypervisor.beginBackup(of: machine.name, disks: targets, quiesce: quiesce, tracking: nil)
        do {
            #expect(job.exports.map(\.target) == targets)
            #expect(job.consistency == (quiesce && job.warnings.isEmpty ? .application : .crash))
            if !quiesce { #expect(job.warnings.isEmpty) }
            print("consistency of \(machine.name): \(job.consistency) \(job.warnings)")
            try await secondJobIsAConflict(machine.name, targets)
            for export in job.exports { try await compare(export) }
        } catch {
            _ = await job.end()
            throw error
        }
        _ = await job.end()
        _ = await job.end()
        for export in job.exports { #expect(!Directory.exists(export.socketPath)) }
        let name = machine.name
        let left = try await hypervisor.call { try $0.domain(name).backupXML() }
        #expect(left == nil)
    }

    private func secondJobIsAConflict(_ name: VMName, _ targets: [String]) async throws {
        do {
            _ = try await hypervisor.beginBackup(of: name, disks: targets, quiesce: true, tracking: nil).end()
            Issue.record("a second job began")
        } catch let fault as Fault {
            #expect(fault.kind == .conflict)
        }
    }

    private func compare(_ export: DiskExport) async throws {
        let images = images
        try await Worker.run {
            let source = try images.open(export: export)
            defer { source.close() }
            let copy = "/tmp/debvisor-copy-\(UInt64.random(in: .min ... .max))"
            defer { unlink(copy) }
            let program = try #require(ChildProcess.find("nbdcopy"))
            let result = try ChildProcess.run(
                program, ["nbd+unix:///\(export.exportName)?socket=\(export.socketPath)", copy], within: .seconds(300))
            #expect(result.isSuccess, "\(result.complaint)")
            let other = try File(copy, .read)
            #expect(try UInt64(other.size) == source.sizeBytes)
            let reader = try source.makeReader()
            var data: UInt64 = 0
            for extent in try reader.extents(in: 0..<source.sizeBytes) {
                var offset = extent.range.lowerBound
                while offset < extent.range.upperBound {
                    let count = Int(min(1 << 20, extent.range.upperBound - offset))
                    var bytes = [UInt8](repeating: 0, count: count)
                    if extent.isData {
                        try bytes.withUnsafeMutableBytes { try reader.read(at: offset, into: $0) }
                        data += UInt64(count)
                    }
                    #expect(try other.bytes(at: Int(offset), count: count) == bytes)
                    offset += UInt64(count)
                }
            }
            #expect(data > 0)
        }
    }

    @Test func unknownDiskIsNotFound() async throws {
        let machine = try await machine()
        do {
            let job = try await hypervisor.beginBackup(
                of: machine.name, disks: ["vdz"], quiesce: false, tracking: nil)
            _ = await job.end()
            Issue.record("a job without its disk began")
        } catch let fault as Fault {
            #expect(fault.kind == .notFound)
        }
    }

    /// A place where no socket can be made is named in the fault, and nothing stays behind.
    @Test func aPlaceThatRefusesTheSocketIsNamed() async throws {
        let machine = try await machine()
        var directories = DaemonDirectories.standard(session: false, .process)
        directories.sockets = "/proc"
        let stubborn = LibvirtHypervisor(uri: hypervisor.uri, directories: directories)
        do {
            _ = try await stubborn.beginBackup(
                of: machine.name, disks: [machine.disks[0].target], quiesce: true, tracking: nil
            ).end()
            Issue.record("a socket was made in /proc")
        } catch let fault as Fault {
            #expect(fault.kind == .denied)
            #expect(fault.message.contains("'/proc/debvisor-"))
        }
        let name = machine.name
        let left = try await hypervisor.call { try $0.domain(name).backupXML() }
        #expect(left == nil)
    }

    /// Only where `DEBVISOR_TEST_QEMU_MAY_STOP` allows it: the machine is cut off and started again.
    @Test(
        .enabled(
            if: mayStop && ChildProcess.find("virsh") != nil, "DEBVISOR_TEST_QEMU_MAY_STOP is not set, or no virsh"))
    func machineEndsInTheMiddle() async throws {
        let machine = try await machine()
        let job = try await hypervisor.beginBackup(
            of: machine.name, disks: [machine.disks[0].target], quiesce: false, tracking: nil)
        let images = images
        let export = job.exports[0]
        let virsh = try #require(ChildProcess.find("virsh"))
        let uri = hypervisor.uri
        let seen: Fault.Kind? = try await Worker.run {
            let reader = try images.open(export: export).makeReader()
            _ = try ChildProcess.run(virsh, ["-c", uri, "destroy", machine.name.text])
            do {
                _ = try reader.extents(in: 0..<1 << 20)
                return nil
            } catch { return (error as? Fault)?.kind }
        }
        #expect(seen == .unavailable)
        _ = await job.end()
        _ = await job.end()
        do {
            _ = try await hypervisor.beginBackup(of: machine.name, disks: ["vda"], quiesce: true, tracking: nil).end()
            Issue.record("a machine that is off was backed up")
        } catch let fault as Fault {
            #expect(fault.kind == .conflict)
        }
        let off = try await hypervisor.machine(machine.name)
        #expect(off.state == .shutOff)
        #expect(off.disks.allSatisfy { $0.capacity != nil })
        try await hypervisor.start(machine.name)
        #expect(try await hypervisor.machine(machine.name).state == .running)
    }

    /// A QEMU that stands still delays nobody for long and is marked.
    @Test(.enabled(if: mayStop, "DEBVISOR_TEST_QEMU_MAY_STOP is not set"))
    func stoppedMachineIsStale() async throws {
        let machine = try await machine()
        let pids = try Directory.names(in: "/proc").compactMap { pid_t($0) }.filter { pid in
            guard let file = try? File("/proc/\(pid)/cmdline", .read) else { return false }
            return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
                guard let count = try? file.read(into: buffer, at: 0) else { return false }
                return String(decoding: buffer[..<count], as: UTF8.self).contains("guest=\(machine.name),")
            }
        }
        for pid in pids { kill(pid, SIGSTOP) }
        defer { for pid in pids { kill(pid, SIGCONT) } }
        let hurried = LibvirtHypervisor(uri: hypervisor.uri, deadline: .seconds(8))
        let statistics = try #require(try await hurried.statistics([]).first { $0.name == machine.name })
        #expect(statistics.stale)
        #expect(statistics.state == .running)
        #expect(try await hurried.machines().contains { $0.name == machine.name })
    }
}
