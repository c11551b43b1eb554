import DebVisorCore
import Hypervisor
import Platform
import Testing

@testable import Backups

@Suite struct RestorePlanTests {
    private func snapshot(uuid: String? = "11111111-2222-3333-4444-555555555555", paths: [String?]) -> Snapshot {
        Snapshot(
            backup_id: String(repeating: "a", count: 32), time: 1, sequence: 1, name: "web1", vm_uuid: uuid, host: "h",
            writer: "w", created_at: "2026-01-01T00:00:00Z", finished_at: "2026-01-01T00:00:00Z", mode: "full",
            fallback_reason: nil, consistency: "offline", parent_backup_id: nil, tags: [:], duration_seconds: 1,
            disks: paths.enumerated().map { number, path in
                Snapshot.Disk(
                    target: "vd" + ["a", "b", "c"][number], format: number == 0 ? "qcow2" : "raw", path: path,
                    size_bytes: 4096,
                    root: ObjectID.zero.description, height: 1, read_bytes: 0, new_bytes: 0, stored_bytes: 0,
                    skipped_reason: nil)
            },
            blobs: [
                .init(
                    kind: .domainXML, name: "web1.xml", path: nil, mode: 0o600, uid: nil, gid: nil, size_bytes: 1,
                    chunks: []),
                .init(
                    kind: .nvram, name: "web1_VARS.fd", path: "/nv/web1_VARS.fd", mode: 0o600, uid: 0, gid: 0,
                    size_bytes: 1, chunks: []),
            ])
    }

    @Test func `without a word everything goes where it was`() throws {
        var request = RestoreRequest(snapshot(paths: ["/tmp/web1.qcow2", "/tmp/data.img"]))
        request.define = true
        let plan = try RestorePlan(request)
        #expect(plan.paths == ["/tmp/web1.qcow2", "/tmp/data.img", "/nv/web1_VARS.fd"])
        #expect(plan.uuid == request.snapshot.vm_uuid)
        #expect(plan.disks.map(\.format) == ["qcow2", "raw"])
    }

    @Test func `a copy gets names and an identity of its own`() throws {
        var request = RestoreRequest(snapshot(paths: ["/tmp/web1.qcow2", "/tmp/data.img"]))
        request.newName = try VMName("web2")
        request.define = true
        let plan = try RestorePlan(request)
        #expect(plan.paths == ["/tmp/web2-vda.qcow2", "/tmp/web2-vdb.img", "/nv/web2_VARS.fd"])
        #expect(plan.uuid != request.snapshot.vm_uuid)
        #expect(plan.uuid?.count == 36)
    }

    @Test func `a directory takes everything, the definition too unless it is defined`() throws {
        var request = RestoreRequest(snapshot(paths: ["/a/disk.img", "/b/disk.img"]))
        request.directory = "/tmp"
        #expect(
            try RestorePlan(request).paths == [
                "/tmp/web1-vda.qcow2", "/tmp/web1-vdb.img", "/tmp/web1.xml", "/tmp/web1_VARS.fd",
            ])
        request.define = true
        #expect(try RestorePlan(request).paths == ["/tmp/web1-vda.qcow2", "/tmp/web1-vdb.img", "/tmp/web1_VARS.fd"])
    }

    @Test func `single disks come back alone`() throws {
        var request = RestoreRequest(snapshot(paths: ["/tmp/web1.qcow2", "/tmp/data.img"]))
        request.disks = ["vdb"]
        #expect(try RestorePlan(request).paths == ["/tmp/data.img"])
        request.disks = ["vdz"]
        #expect { _ = try RestorePlan(request) } throws: { ($0 as? Fault)?.kind == .notFound }
    }

    @Test func `what has no place is refused`() throws {
        #expect { _ = try RestorePlan(RestoreRequest(self.snapshot(paths: [nil]))) } throws: {
            ($0 as? Fault)?.kind == .conflict
        }
        #expect { _ = try RestorePlan(RestoreRequest(self.snapshot(paths: ["/dev/vg/web1"]))) } throws: {
            ($0 as? Fault)?.kind == .conflict
        }
        #expect { _ = try RestorePlan(RestoreRequest(self.snapshot(paths: ["/no/such/place/x.img"]))) } throws: {
            ($0 as? Fault)?.kind == .notFound
        }
        var file = RestoreRequest(snapshot(uuid: nil, paths: ["/tmp/x.img"]))
        file.define = true
        #expect { _ = try RestorePlan(file) } throws: { ($0 as? Fault)?.kind == .conflict }
    }
}

@Suite struct DiskChoiceTests {
    private func disk(
        _ source: MachineDisk.Source, device: MachineDisk.Device = .disk, readOnly: Bool = false,
        shareable: Bool = false,
        transient: Bool = false, chain: [String] = []
    ) -> MachineDisk {
        MachineDisk(
            target: "vda", device: device, source: source, format: "raw", readOnly: readOnly, shareable: shareable,
            transient: transient, backingChain: chain)
    }

    @Test func `each kind of disk is read, left out, or skipped with a reason`() {
        func choice(_ disk: MachineDisk, active: Bool = true, excluded: Set<String> = []) -> DiskChoice {
            DiskChoice(disk, isActive: active, excluded: excluded)
        }
        #expect(choice(disk(.file("/a"))) == .job)
        #expect(choice(disk(.file("/a")), active: false) == .image)
        #expect(choice(disk(.file("/a"), readOnly: true)) == .image)
        #expect(choice(disk(.file("/a"), chain: ["/base"])) == .job)
        #expect(choice(disk(.block("/dev/sda"))) == .job)
        #expect(choice(disk(.volume(pool: "p", name: "v")), active: false) == .image)
        #expect(choice(disk(.file("/a")), excluded: ["vda"]) == .excluded)
        #expect(choice(disk(.none, device: .cdrom)) == .empty)
        let skipped = [
            disk(.file("/iso"), device: .cdrom), disk(.block("/dev/sg0"), device: .lun),
            disk(.file("/a"), shareable: true),
            disk(.file("/a"), transient: true), disk(.network(protocol: "rbd", name: "p/i")), disk(.other("vhostuser")),
        ]
        for disk in skipped {
            guard case .skipped(let reason) = choice(disk) else {
                Issue.record("\(disk) is not skipped")
                continue
            }
            #expect(!reason.isEmpty)
        }
    }
}
