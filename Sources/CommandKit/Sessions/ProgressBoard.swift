import Synchronization

/// The tasks under way, and when their progress was last shown.
final class ProgressBoard: Sendable {
    struct Task: Sendable {
        var id: Int
        var label: String
        var total: UInt64?
        var done: UInt64 = 0
        /// What is worked on now, of the whole.
        var part: ProgressPart?
        var note = ""
        var startedAt: Int64
        var shownAt: Int64?
        /// Where it stood some seconds ago, and a while before that: holes go by much faster than data, so only the
        /// near past tells what is to come.
        private var marks: (newer: Mark?, older: Mark?)

        private struct Mark {
            var time: Int64
            var done: UInt64
        }

        init(id: Int, label: String, total: UInt64?, startedAt: Int64) {
            self.id = id
            self.label = label
            self.total = total
            self.startedAt = startedAt
        }

        private static let markMilliseconds: Int64 = 3000

        mutating func mark(_ now: Int64) {
            guard now - (marks.newer?.time ?? startedAt) >= Self.markMilliseconds else { return }
            marks = (Mark(time: now, done: done), marks.newer)
        }

        /// Bytes a second of the last three to six seconds.
        func rate(_ now: Int64) -> Double {
            let from = marks.older ?? Mark(time: startedAt, done: 0)
            guard now > from.time, done > from.done else { return 0 }
            return Double(done - from.done) * 1000 / Double(now - from.time)
        }

        /// Seconds until so many bytes more are done, as things go; nil if nobody can tell yet.
        func secondsLeft(_ bytes: UInt64, _ now: Int64) -> Double? {
            let rate = rate(now)
            guard now - startedAt >= Self.leastMilliseconds, rate > 0 else { return nil }
            return (Double(bytes) / rate).rounded(.up)
        }

        /// Seconds until all is done; nil if nobody can tell.
        func secondsLeft(_ now: Int64) -> Double? {
            total.flatMap { $0 > done ? secondsLeft($0 - done, now) : nil }
        }

        /// Earlier nobody knows how fast it goes.
        private static let leastMilliseconds: Int64 = 2000
    }

    private struct State {
        var tasks: [Task] = []
        var nextID = 0
        var shownAt: Int64?
    }

    private let state = Mutex(State())
    private let interval: Int64
    private let isForEach: Bool
    private let uptime: @Sendable () -> Int64
    /// Shows all tasks, of which one has changed; none when nothing runs any more.
    private let show: @Sendable (_ tasks: [Task], _ changed: Task?, _ now: Int64) -> Void

    /// - Parameters:
    ///   - interval: the least number of milliseconds between two showings.
    ///   - isForEach: whether that is so for each task by itself.
    init(
        interval: Int64, isForEach: Bool, uptime: @escaping @Sendable () -> Int64,
        show: @escaping @Sendable (_ tasks: [Task], _ changed: Task?, _ now: Int64) -> Void
    ) {
        self.interval = interval
        self.isForEach = isForEach
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
            state.tasks[place].mark(now)
            let last = isForEach ? state.tasks[place].shownAt : state.shownAt
            if let last, now - last < interval { return }
            state.shownAt = now
            state.tasks[place].shownAt = now
            show(state.tasks, state.tasks[place], now)
        }
    }

    func finish(_ id: Int) {
        state.withLock { state in
            state.tasks.removeAll { $0.id == id }
            if state.tasks.isEmpty { show([], nil, uptime()) }
        }
    }
}
