import DebVisorCore
import Hypervisor
import Testing

@testable import LibvirtHypervisor

@Suite struct RewriteTests {
    static let original = """
        <domain type='kvm' id='7' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
          <name>web &amp; more</name>
          <uuid>5f1c0de0-0000-4000-8000-00000000beef</uuid>
          <genid>11111111-2222-4333-8444-555555555555</genid>
          <metadata><o:owner xmlns:o="urn:o" o:id='&lt;1&gt;'><![CDATA[ a < b ]]></o:owner></metadata>
          <memory unit='KiB'>1048576</memory>
          <vcpu placement='static' current='2'>4</vcpu>
          <sysinfo type='smbios'><system><entry name='uuid'>5f1c0de0-0000-4000-8000-00000000beef</entry>
            <entry name='serial'>7</entry></system></sysinfo>
          <os firmware='efi'>
            <loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>
            <nvram template='/usr/share/OVMF/OVMF_VARS_4M.fd'>/var/lib/libvirt/qemu/nvram/web_VARS.fd</nvram>
          </os>
          <devices>
            <disk type='block' device='lun' sgio='filtered'>
              <driver name='qemu' type='raw' cache='none'/>
              <source dev='/dev/vg/web'/>
              <backingStore/>
              <target dev='vda' bus='scsi'/>
            </disk>
            <disk type='network' device='disk'>
              <auth username='a'><secret type='ceph' uuid='5f1c0de0-0000-4000-8000-00000000beee'/></auth>
              <source protocol='rbd' name='pool/img'><host name='mon'/></source>
              <target dev='vdb' bus='virtio'/>
            </disk>
            <disk type='file' device='disk'>
              <driver name='qemu' type='qcow2'/>
              <source file='/images/c.qcow2'/>
              <backingStore type='file'><format type='qcow2'/><source file='/images/b.qcow2'/>
                <backingStore type='file'><source file='/images/a.qcow2'/><backingStore/></backingStore></backingStore>
              <target dev='vdc' bus='virtio'/>
              <shareable/>
            </disk>
            <disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>
            <interface type='network'><mac address='52:54:00:de:b1:01'/><source network='lan' portid='x'/>
              <target dev='web0'/><model type='virtio'/></interface>
            <interface type='bridge'><mac address='52:54:00:de:b1:02'/><source bridge='br0'/></interface>
            <serial type='unix'><source mode='bind' path='/run/web.serial'/><target port='0'/></serial>
            <channel type='unix'><source mode='bind' path='/run/web.agent'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
            <graphics type='vnc' port='5907' autoport='no' listen='127.0.0.1'><listen type='address' address='127.0.0.1'/></graphics>
            <graphics type='spice' port='5908' tlsPort='5909'><listen type='socket' socket='/run/web.spice'/></graphics>
            <tpm model='tpm-crb'><backend type='emulator' version='2.0'><source type='dir' path='/tpm/web'/></backend></tpm>
          </devices>
          <seclabel type='dynamic' model='apparmor' relabel='yes'><label>libvirt-5f1c</label><imagelabel>libvirt-5f1c</imagelabel></seclabel>
          <seclabel type='static' model='dac' relabel='yes'><label>+0:+0</label></seclabel>
          <qemu:commandline><qemu:arg value='-foo "bar"'/></qemu:commandline>
        </domain>
        """

    private func rewrite(_ change: (inout MachineChanges) -> Void) throws -> (text: String, root: XMLElement) {
        var changes = MachineChanges()
        change(&changes)
        let text = try DefinitionRewriter.rewrite(Self.original, changes)
        return (text, try XMLParser.parse(text).root)
    }

    @Test func readsDisks() throws {
        let disks = try XMLParser.parse(Self.original).root.machineDisks
        #expect(disks.map(\.target) == ["vda", "vdb", "vdc", "sda"])
        #expect(disks[0].source == .block("/dev/vg/web"))
        #expect(disks[0].device == .lun)
        #expect(disks[1].source == .network(protocol: "rbd", name: "pool/img"))
        #expect(disks[1].format == nil)
        #expect(disks[2].backingChain == ["/images/b.qcow2", "/images/a.qcow2"])
        #expect(disks[2].shareable)
        #expect(disks[3].source == .none)
        #expect(disks[3].readOnly)
    }

    @Test func readsTheRest() throws {
        let root = try XMLParser.parse(Self.original).root
        #expect(root.nvramPath == "/var/lib/libvirt/qemu/nvram/web_VARS.fd")
        #expect(root.tpmStatePath(uuid: "u", below: "/x") == "/tpm/web")
        #expect(root.vcpuCount == 2)
        #expect(root.amount("memory") == ByteCount(1 << 30))
        #expect(root.diskPaths == ["/dev/vg/web", "/images/c.qcow2", "/images/b.qcow2", "/images/a.qcow2"])
        #expect(root.machineInterfaces.map(\.source) == ["lan", "br0"])
    }

    @Test func tpmStateByVersion() throws {
        for (version, directory) in [("1.2", "tpm1.2"), ("2.0", "tpm2")] {
            let xml = "<domain><devices><tpm><backend type='emulator' version='\(version)'/></tpm></devices></domain>"
            #expect(try XMLParser.parse(xml).root.tpmStatePath(uuid: "u", below: "/x") == "/x/u/\(directory)")
        }
    }

    @Test func anUnchangedIdentityKeepsAllButTheGeneration() throws {
        let (text, root) = try rewrite { _ in }
        #expect(root["id"] == nil)
        #expect(root.first("uuid")?.content == "5f1c0de0-0000-4000-8000-00000000beef")
        #expect(root.first("genid")?.content != "11111111-2222-4333-8444-555555555555")
        #expect(text.contains("<mac address='52:54:00:de:b1:01'/>"))
        #expect(text.contains("/run/web.agent"))
        #expect(text.contains("port='5907'"))
        #expect(!text.contains("backingStore"))
    }

    @Test func replacesAndDropsDisks() throws {
        let (_, root) = try rewrite {
            $0.diskPaths = ["vda": ("/new/a'b.qcow2", "qcow2"), "vdb": ("/new/b.img", "raw")]
            $0.droppedDisks = ["vdc"]
        }
        let disks = root.machineDisks
        #expect(disks.map(\.target) == ["vda", "vdb", "sda"])
        #expect(disks[0].source == .file("/new/a'b.qcow2"))
        #expect(disks[0].format == "qcow2")
        #expect(disks[0].device == .disk)
        #expect(disks[1].source == .file("/new/b.img"))
        #expect(disks[1].format == "raw")
        let elements = try #require(root.first("devices")).elements("disk")
        #expect(elements[0]["sgio"] == nil)
        #expect(elements[0].first("driver")?["cache"] == "none")
        #expect(elements[1].first("auth") == nil)
    }

    @Test func anUnknownDiskIsNotFound() {
        #expect(throws: Fault.self) { try rewrite { $0.droppedDisks = ["vdz"] } }
    }

    @Test func aCopySharesNothingThatCannotExistTwice() throws {
        let newName = try VMName("copy <1>")
        let (text, root) = try rewrite { $0.newName = newName }
        #expect(root.first("name")?.content == "copy <1>")
        let uuid = try #require(root.first("uuid")?.content)
        #expect(uuid != "5f1c0de0-0000-4000-8000-00000000beef")
        #expect(root.first("sysinfo", "system", "entry")?.content == uuid)
        for gone in [
            "52:54:00:de:b1:01", "52:54:00:de:b1:02", "/run/web", "5907", "5908", "5909", "/tpm/web", "libvirt-5f1c",
            "web0",
            "portid", "web_VARS", "11111111-2222",
        ] {
            #expect(!text.contains(gone), "\(gone)")
        }
        #expect(root.first("os", "nvram")?["template"] == "/usr/share/OVMF/OVMF_VARS_4M.fd")
        let graphics = try #require(root.first("devices")).elements("graphics")
        #expect(graphics.map { $0["autoport"] } == ["yes", "yes"])
        #expect(root.first("devices", "serial")?["type"] == "pty")
        #expect(root.first("devices", "channel", "target")?["name"] == "org.qemu.guest_agent.0")
        #expect(root.elements("seclabel").map { $0.first("label")?.content } == [nil, "+0:+0"])
        let macs = try #require(root.first("devices")).elements("interface").compactMap { $0.first("mac")?["address"] }
        #expect(Set(macs).count == 2)
        #expect(macs.allSatisfy { $0.hasPrefix("52:54:00:") && $0.utf8.count == 17 })
    }

    @Test func metadataAndCommandLineStayByteForByte() throws {
        let newName = try VMName("copy")
        let (text, _) = try rewrite { $0.newName = newName }
        #expect(
            text.contains(
                "<metadata><o:owner xmlns:o=\"urn:o\" o:id='&lt;1&gt;'><![CDATA[ a < b ]]></o:owner></metadata>"))
        #expect(text.contains("<qemu:commandline><qemu:arg value='-foo \"bar\"'/></qemu:commandline>"))
        #expect(text.contains("xmlns:qemu="))
    }

    @Test func nvramMoves() throws {
        let newName = try VMName("copy")
        let (_, root) = try rewrite {
            $0.newName = newName
            $0.nvramPath = "/new/copy_VARS.fd"
        }
        #expect(root.nvramPath == "/new/copy_VARS.fd")
        #expect(root.first("os", "nvram")?["template"] != nil)
    }

    @Test func anotherDocumentIsRefused() {
        #expect(throws: Fault.self) { try DefinitionRewriter.rewrite("<pool/>", MachineChanges()) }
    }

    @Test(arguments: 0..<20)
    func identitiesAreWellFormed(_: Int) {
        let uuid = Array(Identity.uuid())
        #expect(uuid.count == 36)
        #expect(uuid[14] == "4")
        #expect("89ab".contains(uuid[19]))
        #expect(Identity.mac() != Identity.mac())
    }
}
