import Glibc

/// The signals of this process.
enum ProcessSignals {
    private static let cancellation = Cancellation()

    /// From now on SIGINT and SIGTERM only ask; a second one ends the process at once. A lost reader is an error
    /// of `write`, not a signal. A command that only reads or still plans, and never looked at its session, is ended
    /// by the first one.
    static func watch() -> Cancellation {
        let result = cancellation
        install(SIGINT) { ProcessSignals.handle($0) }
        install(SIGTERM) { ProcessSignals.handle($0) }
        // An empty handler instead of SIG_IGN: a child process then starts with the default again.
        install(SIGPIPE) { _ in }
        return result
    }

    /// Completion must not keep a person waiting, whatever a slow disk does: no candidates are better than late ones.
    static func end(afterMilliseconds milliseconds: Int) {
        install(SIGALRM) { _ in _exit(0) }
        var timer = itimerval()
        timer.it_value.tv_usec = __suseconds_t(milliseconds * 1000)
        setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
    }

    /// Only atomics, `write` and `_exit`, which are safe in a handler. `watch` has initialised the constant before.
    private static func handle(_ number: Int32) {
        let isFirst = cancellation.request(number)
        if isFirst, cancellation.isPatient { return }
        if isatty(2) == 1 { _ = "\n".withCString { write(2, $0, 1) } }
        _exit(128 + number)
    }

    private static func install(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        // No SA_RESTART: a prompt must notice that it is interrupted.
        sigaction(number, &action, nil)
    }
}
