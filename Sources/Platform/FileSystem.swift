import CSystem
import DebVisorCore

/// What kind of file system a path lies on.
package enum FileSystem {
    /// Its name if other hosts may have it mounted too, or may be told of changes late: `nfs`, `cifs`, `ceph`, …; nil for
    /// one of this host. Of what a program serves (FUSE) nobody can tell, so it counts.
    ///
    /// The numbers are those of the kernel's `linux/magic.h` and of statfs(2).
    package static func network(at path: String) throws -> String? {
        let answer = dv_file_system(path)
        guard answer >= 0 else { throw Fault.system(Int32(-answer), "inspect", path) }
        return networks[UInt32(answer)]
    }

    private static let networks: [UInt32: String] = [
        0x6969: "nfs", 0xFF53_4D42: "cifs", 0xFE53_4D42: "smb2", 0x517B: "smb", 0x00C3_6400: "ceph",
        0x6573_5546: "fuse", 0x0102_1997: "9p", 0x5346_414F: "afs", 0x7375_7245: "coda", 0x7461_636F: "ocfs2",
        0x0116_1970: "gfs2", 0x0BD0_0BD0: "lustre", 0x4750_4653: "gpfs",
    ]
}
