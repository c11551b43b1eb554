import DebVisorCore
import Glibc
import Platform
import Schedules
import Storage

/// The scheduler as a program, for tests that kill it: supervisors, one look for due jobs, a start by hand, the daemon.
@main enum ScheduleDriver {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        if words.first == "supervise" { exit(RunSupervisor.main([], clock: DriverClock.current)) }
        do {
            try run(words)
        } catch {
            print(error)
            exit(1)
        }
    }

    private static func run(_ words: [String]) throws {
        if words.first == "next" { return print(try NextTimes(Array(words.dropFirst())).seconds()) }
        if words.first == "query" { return print(try NextTimes.query(Array(words.dropFirst()))) }
        guard words.count >= 2 else { throw Fault(.usage, "look|execute|daemon STATE [JOB]") }
        let state = StateDirectory(words[1])
        let store = ScheduleStore(try Store.open(ScheduleStore.store, in: state), in: state)
        let launcher = RunLauncher(
            words: ["supervise"], grace: 1, usesControlGroups: !words[0].hasSuffix("-ungrouped"))
        let scheduler = Scheduler(store, clock: DriverClock.current, launcher: launcher)
        switch words[0] {
        case "look": for run in try scheduler.runDue().started { print(run.id) }
        case "execute", "execute-ungrouped": print(try scheduler.execute(try JobName(words[2])).status)
        case "daemon":
            print("process \(getpid()).")
            fflush(nil)
            // Until standard input ends.
            try ScheduleDaemon(scheduler).serve(until: 0) { report in
                for run in report.started { print(run.id) }
                print("looked")
                fflush(nil)
            } trouble: {
                print($0)
            }
        default: throw Fault(.usage, "unknown word '\(words[0])'")
        }
    }
}
