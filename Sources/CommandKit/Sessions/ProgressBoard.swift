import Synchronization

/// The tasks under way, and when their progress was last shown.
final class ProgressBoard: Sendable {
    struct Task: Sendable, Equatable {
        var id: Int
        var label: String
        var total: UInt64?
        var done: UInt64 = 0
        var note = ""
        var startedAt: Int64
    }

    private struct State {
        var tasks: [Task] = []
        var nextID = 0
        var shownAt: Int64?
    }

    private let state = Mutex(State())
    private let interval: Int64
    private let uptime: @Sendable () -> Int64
    /// Shows a task and how many others run beside it; nil when nothing runs any more.
    private let show: @Sendable (_ task: Task?, _ others: Int, _ now: Int64) -> Void

    /// - Parameter interval: the least number of milliseconds between two showings.
    init(
        interval: Int64, uptime: @escaping @Sendable () -> Int64,
        show: @escaping @Sendable (_ task: Task?, _ others: Int, _ now: Int64) -> Void
    ) {
        self.interval = interval
        self.uptime = uptime
        self.show = show
    }

    func begin(_ label: String, total: UInt64?) -> ProgressTask {
        let now = uptime()
        let id = state.withLock { state in
            state.nextID += 1
            state.tasks.append(Task(id: state.nextID, label: label, total: total, startedAt: now))
            return state.nextID
        }
        update(id) { _ in }
        return ProgressTask(id: id, board: self)
    }

    func update(_ id: Int, _ change: (inout Task) -> Void) {
        let now = uptime()
        state.withLock { state in
            guard let place = state.tasks.firstIndex(where: { $0.id == id }) else { return }
            change(&state.tasks[place])
            if let shown = state.shownAt, now - shown < interval { return }
            state.shownAt = now
            show(state.tasks[place], state.tasks.count - 1, now)
        }
    }

    func finish(_ id: Int) {
        state.withLock { state in
            state.tasks.removeAll { $0.id == id }
            if state.tasks.isEmpty { show(nil, 0, uptime()) }
        }
    }
}
