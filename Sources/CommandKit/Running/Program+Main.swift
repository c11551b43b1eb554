import Glibc

extension Program {
    /// Runs this process's command line and ends the process.
    ///
    /// What needs no context is answered before any task is started. A command's tasks run on the main thread (see
    /// `MainThread`).
    ///
    /// It ends by `_exit`: all that was written is written, and the destructors that `exit` runs would take the ground
    /// from under threads that still close a connection or were abandoned in a call that hangs.
    package func main() -> Never {
        let words = CommandLine.arguments.dropFirst().map { String($0) }
        if words.first == Self.completionWord { ProcessSignals.end(afterMilliseconds: 90) }
        switch begin(words, .live) {
        case .ended(let status): _exit(status)
        case .command(let invocation, let settings):
            let run = CommandRun(
                program: self, invocation: invocation, settings: settings, console: .live,
                cancellation: ProcessSignals.watch())
            let mainThread = MainThread()
            Task.detached(executorPreference: mainThread) { _exit(await run.status()) }
            mainThread.serve()
        }
    }
}
