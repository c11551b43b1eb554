/// How a process of this program can end, other than by a signal (128 + its number).
package enum ExitStatus: Int32, Sendable, CaseIterable {
    case done = 0
    case failed = 1
    case usage = 2
    case partial = 3
    case notFound = 4
    case denied = 5
    case conflict = 6
    case unavailable = 7
    case timeout = 8
    case attention = 9

    /// One line for help and manual.
    package var meaning: String {
        switch self {
        case .done: "done"
        case .failed: "failed"
        case .usage: "the command line is wrong, nothing was done"
        case .partial: "some items failed"
        case .notFound: "no such object"
        case .denied: "denied"
        case .conflict: "the state of the object is in the way"
        case .unavailable: "something is unavailable, a retry may help"
        case .timeout: "timed out"
        case .attention: "checked and found bad"
        }
    }

    /// What every command may end with.
    static let universal: Set<Int32> = [0, 1, 2, 130]
}
