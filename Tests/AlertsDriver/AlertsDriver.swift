import Alerts
import DebVisorCore
import Glibc
import Platform
import Storage

/// The alert store and its outbox as a program, for tests that kill it or need alerts.
@main enum AlertsDriver {
    static func main() {
        do {
            let words = Array(CommandLine.arguments.dropFirst())
            guard let path = words.first, words.count == 1 || words.dropFirst() == ["see"] else {
                throw Fault(.usage, "AlertsDriver STATE [see]")
            }
            let state = StateDirectory(path)
            if words.count == 1 { return try KillableLife(state).run() }
            try GivenObservations(state, now: LiveClock().now()).run()
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
