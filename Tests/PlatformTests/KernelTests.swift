import DebVisorCore
import Foundation
import Testing

@testable import Platform

/// The kernel's texts as hosts print them, and as they should not.
@Suite struct KernelTests {
    static let stat = """
        cpu  3003613 182871 558310 1091530 52882 0 10918 14133 500 20
        cpu0 1510546 90960 282099 534967 28357 0 2774 7076 4 0
        cpu1 1493067 91910 276210 556563 24525 0 8143 7057 2 0
        intr 38775778 0 0 0 413 1 9247169
        ctxt 75565242
        btime 1795724102
        processes 2522620
        procs_running 7
        procs_blocked 0
        softirq 22252079 0 2063650 18

        """

    @Test func processors() throws {
        let times = try #require(ProcessorTimes(Self.stat, ticks: 100))
        #expect(times.seconds.count == 8)
        #expect(times.seconds["user"] == 30_036.13)
        #expect(times.seconds["steal"] == 141.33)
        #expect(times.guestSeconds == ["user": 5, "nice": 0.2])
        #expect(times.count == 2)
        #expect(times.interrupts == 38_775_778)
        #expect(times.contextSwitches == 75_565_242)
        #expect(times.forks == 2_522_620)
        #expect(times.running == 7)
        #expect(times.blocked == 0)
        #expect(times.bootedAt == 1_795_724_102)
    }

    /// Linux 2.4 had four times, 2.6.0 seven; some hosts have no line of all processors, or garbage.
    @Test(arguments: [
        ("cpu  10 20 30 40\n", 4), ("cpu  10 20 30 40 50 60 70\n", 7), ("cpu  1 x 3\n", 2), ("", nil),
        ("cpu0 1 2 3 4\n", nil), ("cpu\n", nil), ("\u{0}\n\n cpu", nil), ("cpu  99999999999999999999999\n", nil),
    ])
    func oddProcessors(text: String, modes: Int?) {
        #expect(ProcessorTimes(text, ticks: 100)?.seconds.count == modes)
    }

    @Test func load() {
        #expect(LoadAverages("2.35 1.30 1.93 5/129 26940\n")?.fifteen == 1.93)
        #expect(LoadAverages("2.35 1.30\n") == nil)
        #expect(LoadAverages("") == nil)
    }

    @Test func memory() throws {
        let memory = try #require(
            MemoryFigures(
                "MemTotal:       24684092 kB\nHugePages_Total:      16\nActive(anon):  1008 kB\nOdd\nX: y kB\n"
                    + "Far: 18446744073709551615 kB\n"))
        #expect(memory["MemTotal"] == 24_684_092 * 1024)
        #expect(memory["HugePages_Total"] == 16)
        #expect(memory["Active(anon)"] == 1008 * 1024)
        // Kernels before 3.14 do not tell.
        #expect(memory["MemAvailable"] == nil)
        #expect(memory["Far"] == nil)
        #expect(MemoryFigures("") == nil)
        #expect(PagingCounters("pswpin 3\noom_kill 1\nodd\n")["oom_kill"] == 1)
    }

    @Test func pressure() {
        let io = PressureFigures(
            "some avg10=0.27 avg60=0.66 avg300=0.56 total=684747753\nfull avg10=0.08 avg60=0.46 avg300=0.35 total=1500000\n"
        )
        #expect(io == PressureFigures("some total=684747753\nfull total=1500000"))
        #expect(io.waiting == 684.747753)
        #expect(io.stalled == 1.5)
        #expect(PressureFigures("some avg10=0.27\n").waiting == nil)
    }

    @Test func disks() throws {
        let text = """
               7       0 loop0 9715 3905 172202 248 3803 4316 264056 1301 0 320 1656 0 0 0 0 40 105
             254       0 vda 737393 978256 686159950 1040702 8912552 671932 1196143874 10633131 3 1215932 12096424 0 0
             254       1 vda1 1 2 3 4
               8       0 sda 0 0 0 0 0 0 0 0 0 0 0
             253       0 zram0 5 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
             259       0 nvme0n1 1 0 8 2 3 0 16 4 0 5 6
            nonsense
            """
        let all = DiskCounters.all(text)
        #expect(all.map(\.name) == ["loop0", "vda", "sda", "zram0", "nvme0n1"])
        #expect(all.filter(\.isOfInterest).map(\.name) == ["vda", "nvme0n1"])
        let disk = try #require(all.first { $0.name == "vda" })
        #expect(disk.reads == 737_393)
        #expect(disk.readBytes == 686_159_950 * 512)
        #expect(disk.readSeconds == 1040.702)
        #expect(disk.writes == 8_912_552)
        #expect(disk.writeBytes == 1_196_143_874 * 512)
        #expect(disk.writeSeconds == 10_633.131)
        #expect(disk.requestsNow == 3)
        #expect(disk.busySeconds == 1215.932)
        #expect(disk.weightedSeconds == 12_096.424)
    }

    @Test func interfaces() {
        let text = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:   11493     153    0    0    0     0          0         0    11493     153    0    0    0     0       0          0
              eth0:175800578    6982    1    2    0     0          0         0   463220    5781    3    4    0     0       0          0
              odd: 1 2
            """
        let all = NetworkCounters.all(text)
        #expect(all.map(\.name) == ["lo", "eth0"])
        #expect(all.last?.receivedBytes == 175_800_578)
        #expect(all.last.map { [$0.receiveErrors, $0.receiveDrops, $0.sendErrors, $0.sendDrops] } == [1, 2, 3, 4])
        #expect(all.last?.sentBytes == 463_220)
    }

    @Test func mounts() {
        let text = """
            22 27 0:21 / /proc rw,relatime - proc proc rw
            27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,errors=remount-ro
            28 27 254:0 /srv /var/lib/libvirt/images rw - ext4 /dev/vda rw
            29 27 254:16 / /mnt/my\\040disk ro,noatime - xfs /dev/vdb rw
            30 27 254:32 / /srv/frozen rw - ext4 /dev/vdc ro
            31 27 0:50 / /mnt/nas rw - nfs4 nas:/export rw
            32 27 7:1 / /snap/x ro - squashfs /dev/loop1 ro
            33 27 8:1
            """
        let all = MountedFileSystem.all(text)
        #expect(all.map(\.mountPoint) == ["/", "/mnt/my disk", "/srv/frozen"])
        #expect(all.map(\.isReadOnly) == [false, true, true])
        #expect(all.map(\.device) == ["/dev/vda", "/dev/vdb", "/dev/vdc"])
    }

    @Test func aHostOfFilesIsReadAsItStands() throws {
        let scratch = try Scratch()
        func put(_ text: String, at path: String) throws {
            let whole = scratch(path)
            try Directory.create(try #require(Directory.parent(of: whole)), "test")
            try Data(text.utf8).write(to: URL(fileURLWithPath: whole))
        }
        #expect(HostFigures.read(root: scratch("nothing")).isEmpty)
        try put(Self.stat, at: "proc/stat")
        try put(
            "8 0 sda 1 0 8 2 3 0 16 4 0 5 6\n8 1 sda1 1 0 8 2 3 0 16 4 0 5 6\n104 0 cciss/c0d0 1 0 8 2 3 0 16 4 0 5 6\n",
            at: "proc/diskstats")
        let line = ": 1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0\n"
        try put(["lo", "eth0", "eth1", "vnet3", "macvtap0"].map { $0 + line }.joined(), at: "proc/net/dev")
        for name in ["sys/block/sda/size", "sys/block/cciss!c0d0/size", "sys/class/net/vnet3/tun_flags"] {
            try put("1\n", at: name)
        }
        try put("", at: "sys/class/net/macvtap0/macvtap/tap9")
        try put("1000\n", at: "sys/class/net/eth0/speed")
        try put("up\n", at: "sys/class/net/eth0/operstate")
        try put("-1\n", at: "sys/class/net/eth1/speed")
        try put("lowerlayerdown\n", at: "sys/class/net/eth1/operstate")
        let host = HostFigures.read(root: scratch.path)
        #expect(!host.isEmpty)
        #expect(host.processors?.count == 2)
        #expect(host.memory == nil)
        #expect(host.disks.map(\.name) == ["sda", "cciss/c0d0"])
        #expect(host.interfaces.map(\.name) == ["eth0", "eth1"])
        #expect(host.interfaces.map(\.speed) == [125_000_000, nil])
        #expect(host.interfaces.map(\.isUp) == [true, false])
    }

    @Test func thisHostTellsOfItself() {
        let host = HostFigures.read()
        #expect((host.processors?.count ?? 0) > 0)
        #expect((host.memory?["MemTotal"] ?? 0) > 0)
        #expect(host.fileSystems.allSatisfy { ($0.space?.size ?? 0) > 0 })
    }
}
