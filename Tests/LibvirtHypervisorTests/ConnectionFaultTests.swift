import DebVisorCore
import Glibc
import Hypervisor
import Testing

@testable import LibvirtHypervisor

@Suite struct ConnectionFaultTests {
    private func fault(_ uri: String, deadline: Duration) async -> Fault? {
        do {
            _ = try await LibvirtHypervisor(uri: uri, deadline: deadline).machines()
            return nil
        } catch {
            return error as? Fault
        }
    }

    @Test func nobodyListens() async {
        let fault = await fault("qemu+unix:///system?socket=/nonexistent/libvirt-sock", deadline: .seconds(30))
        #expect(fault?.kind == .unavailable)
        #expect(fault?.hint?.contains("libvirtd") == true)
        #expect(fault?.cause?.isEmpty == false)
    }

    @Test func noSuchDriver() async {
        #expect(await fault("nonsense:///system", deadline: .seconds(30))?.kind == .unavailable)
    }

    /// A daemon that is stopped: the kernel accepts for it, and it never says a word.
    @Test func hungDaemonIsATimeout() async throws {
        let daemon = try SilentServer()
        let hypervisor = LibvirtHypervisor(
            uri: "qemu+unix:///system?socket=\(daemon.path)", deadline: .milliseconds(300))
        for _ in 0..<2 {
            do {
                _ = try await hypervisor.machines()
                Issue.record("a silent daemon answered")
            } catch let fault as Fault {
                #expect(fault.kind == .timeout)
            }
        }
    }

    @Test func remoteDisksCannotBeRead() async throws {
        let hypervisor = LibvirtHypervisor(uri: "qemu+ssh://elsewhere/system")
        do {
            _ = try await hypervisor.beginBackup(of: VMName("web"), disks: ["vda"], quiesce: false, tracking: nil)
            Issue.record("a remote backup began")
        } catch let fault as Fault {
            #expect(fault.kind == .unavailable)
        }
    }

    @Test(arguments: [
        ("qemu:///system", true, false), ("qemu:///session", true, true), ("test:///default", true, false),
        ("qemu+unix:///session?socket=/run/x", true, true), ("qemu+ssh://root@host/system", false, false),
        ("qemu+ssh://host/session?command=/x/y", false, true), ("qemu+tcp://10.0.0.1/system", false, false),
        ("qemu://host/system", false, false),
    ])
    func placesOfURIs(uri: String, isLocal: Bool, isSession: Bool) {
        let place = HypervisorURI(uri)
        #expect(place.isLocal == isLocal)
        #expect(place.isSession == isSession)
    }
}

/// A unix socket that nobody serves, as that of a stopped process.
final class SilentServer: Sendable {
    let path: String
    private let descriptor: Int32

    init() throws {
        path = "/tmp/debvisor-silent-\(UInt32.random(in: .min ... .max)).sock"
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0, listen(descriptor, 8) == 0 else { throw Fault(.failed, "cannot listen") }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }
}
