import Glibc

/// The user we act for: the effective user id and the home directory.
package struct UserAccount: Sendable {
    package let userID: UInt32
    /// An absolute path; `/` if the system knows none.
    package let home: String

    package init(userID: UInt32, home: String) {
        self.userID = userID
        self.home = home
    }

    package var isRoot: Bool { userID == 0 }

    /// The account of this process: its home is `$HOME`, else what the user database says.
    package static func current(_ environment: Environment) -> UserAccount {
        let userID = geteuid()
        return UserAccount(userID: userID, home: environment["HOME"] ?? recordedHome(of: userID) ?? "/")
    }

    private static func recordedHome(of userID: uid_t) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16384) { buffer in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            guard let start = buffer.baseAddress,
                getpwuid_r(userID, &entry, start, buffer.count, &found) == 0, found != nil, let directory = entry.pw_dir
            else { return nil }
            return String(cString: directory)
        }
    }
}
