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

    private static func recordedHome(of userID: uid_t) -> String? { recorded(of: userID) { $0.pw_dir } }

    /// The name of a user; nil if the system knows none.
    package static func name(of userID: UInt32) -> String? { recorded(of: userID) { $0.pw_name } }

    private static func recorded(of userID: uid_t, _ part: (passwd) -> UnsafeMutablePointer<CChar>?) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16384) { buffer in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            guard let start = buffer.baseAddress,
                getpwuid_r(userID, &entry, start, buffer.count, &found) == 0, found != nil, let text = part(entry)
            else { return nil }
            return String(cString: text)
        }
    }
}

extension UserAccount {
    /// The name of the real user of this process; its number if it has none.
    package static var nameOfThisProcess: String { name(of: getuid()) ?? "\(getuid())" }
}
