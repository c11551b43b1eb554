import DebVisorCore
package import Platform

/// Where the daemon of a URI keeps what its machines leave beside their disks. Paths as the daemon sees them.
package struct DaemonDirectories: Sendable {
    /// Holds `domain-ID-NAME`, the one directory where AppArmor lets every QEMU make sockets.
    package var qemu: String
    /// Holds `UUID/tpm2`.
    package var tpm: String
    /// Where backup sockets go instead; the daemon, QEMU and we must see it under one path.
    package var sockets: String?
    /// Where backup jobs put the blocks that the guest overwrites; nil is beside each disk.
    package var scratch: String?
    /// Where scratch files of disks that are no files (LVM, iSCSI) go.
    package var scratchOfDevices: String

    package init(qemu: String, tpm: String, scratchOfDevices: String) {
        self.qemu = qemu
        self.tpm = tpm
        self.scratchOfDevices = scratchOfDevices
    }

    /// Debian's places for the system's daemon, or those of a user's own.
    package static func standard(session: Bool, _ environment: Environment) -> DaemonDirectories {
        guard session else {
            return DaemonDirectories(
                qemu: "/var/lib/libvirt/qemu", tpm: "/var/lib/libvirt/swtpm",
                scratchOfDevices: "/var/lib/libvirt/images")
        }
        let home = UserAccount.current(environment).home
        let configuration = environment["XDG_CONFIG_HOME"] ?? home + "/.config"
        let base = configuration + "/libvirt/qemu"
        return DaemonDirectories(qemu: base + "/lib", tpm: base + "/swtpm", scratchOfDevices: base + "/lib")
    }
}
