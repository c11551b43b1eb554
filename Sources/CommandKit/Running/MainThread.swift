import Glibc

/// Runs a command's tasks on the thread that the process began with.
///
/// Swift's own pool starts threads of libdispatch, one of which wakes once a second for as long as the process lives, and
/// would keep a resident command from sleeping. What blocks runs on threads of its own anyway; what is to run beside the
/// rest on Swift's pool asks for `globalConcurrentExecutor`.
final class MainThread: TaskExecutor, @unchecked Sendable {
    // Unchecked: `jobs` is touched only while `mutex` is held; both primitives live at fixed addresses, for ever.
    private var jobs: [UnownedJob] = []
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(mutex)
        jobs.append(job)
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// To be called on the main thread, once.
    func serve() -> Never {
        while true {
            pthread_mutex_lock(mutex)
            while jobs.isEmpty { pthread_cond_wait(condition, mutex) }
            let job = jobs.removeFirst()
            pthread_mutex_unlock(mutex)
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
