import CSystem
import DebVisorCore
import Glibc

/// Who a command runs as.
struct RunAccount: Sendable, Equatable {
    var name: String
    var userID: UInt32
    var groupID: UInt32
    var home: String
    var shell: String
    var groups: [UInt32]

    /// - Throws: `usage` if there is no such user.
    init(named name: String) throws {
        guard
            let account = Self.read({ getpwnam_r(name, $0, $1, $2, $3) })
        else {
            throw Fault(.usage, "there is no user '\(name)'", hint: "users are those of 'getent passwd'")
        }
        self = account
    }

    /// Who runs this process; `root` or a number if the system knows no name.
    static var current: RunAccount {
        let userID = geteuid()
        let account = read { getpwuid_r(userID, $0, $1, $2, $3) }
        return account
            ?? RunAccount(
                name: "\(userID)", userID: userID, groupID: getegid(), home: "/", shell: "/bin/sh", groups: [])
    }

    private typealias LookUp = (
        UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
        UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
    ) -> Int32

    private static func read(_ lookUp: LookUp) -> RunAccount? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16384) { buffer in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            guard let start = buffer.baseAddress, lookUp(&entry, start, buffer.count, &found) == 0, found != nil,
                let name = entry.pw_name
            else { return nil }
            var groups = [gid_t](repeating: 0, count: 256)
            var count = dv_groups(name, entry.pw_gid, &groups, Int32(groups.count))
            if count < 0 {
                // As many as the kernel allows.
                groups = [gid_t](repeating: 0, count: 65536)
                count = dv_groups(name, entry.pw_gid, &groups, Int32(groups.count))
            }
            return RunAccount(
                name: String(cString: name), userID: entry.pw_uid, groupID: entry.pw_gid,
                home: entry.pw_dir.map { String(cString: $0) } ?? "/",
                shell: entry.pw_shell.map { String(cString: $0) } ?? "/bin/sh",
                groups: Array(groups.prefix(Int(max(count, 0)))))
        }
    }

    private init(name: String, userID: UInt32, groupID: UInt32, home: String, shell: String, groups: [UInt32]) {
        self.name = name
        self.userID = userID
        self.groupID = groupID
        self.home = home
        self.shell = shell
        self.groups = groups
    }
}
