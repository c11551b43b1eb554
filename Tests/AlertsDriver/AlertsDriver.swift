import Alerts
import DebVisorCore
import Glibc
import Platform
import Storage

/// The alert store and its outbox as a program, for tests that kill it.
@main enum AlertsDriver {
    static func main() {
        do {
            guard CommandLine.arguments.count == 2 else { throw Fault(.usage, "AlertsDriver STATE") }
            try KillableLife(StateDirectory(CommandLine.arguments[1])).run()
        } catch {
            print(error)
            exit(1)
        }
    }
}

/// A clock that stands still.
struct StandingClock: WallClock {
    let time: Timestamp

    func now() -> Timestamp { time }
}
