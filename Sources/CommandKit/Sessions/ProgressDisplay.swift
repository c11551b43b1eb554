/// How progress is shown: a line for each task, drawn anew, on a terminal, lines of NDJSON, or not at all.
struct ProgressDisplay: Sendable {
    let console: Console
    let settings: OutputSettings
    let outlet: Outlet

    func board() -> ProgressBoard {
        let isSpoken = settings.format == .ndjson
        let isDrawn =
            !isSpoken && !settings.isQuiet && console.isTerminal(.error)
            && console.environment("TERM") != "dumb"
        return ProgressBoard(interval: isSpoken ? 1000 : 100, isForEach: isSpoken, uptime: console.uptime) {
            [self] tasks, changed, now in
            if isSpoken, let changed {
                outlet.data(JSONText.compact(object(of: changed, now: now)))
            } else if isDrawn {
                outlet.status(lines(for: tasks, now: now))
            }
        }
    }

    /// More would fill the terminal.
    private static let mostLines = 8

    private func lines(for tasks: [ProgressBoard.Task], now: Int64) -> [String] {
        let shown = tasks.prefix(Self.mostLines)
        return shown.enumerated().map { number, task in
            line(for: task, others: number == shown.count - 1 ? tasks.count - shown.count : 0, now: now)
        }
    }

    private func object(of task: ProgressBoard.Task, now: Int64) -> FieldValue {
        .object([
            .init("type", .string("progress")), .init("task", .string(task.label)),
            .init("done_bytes", .bytes(task.done)), .init("total_bytes", task.total.map { .bytes($0) } ?? .null),
            .init("elapsed_seconds", .seconds(Double(now - task.startedAt) / 1000)),
            .init("rate_bytes", .bytes(UInt64(task.rate(now)))), .init("left_seconds", seconds(task.secondsLeft(now))),
            .init("part", task.part.map { object(of: $0, task, now) } ?? .null),
            .init("note", task.note.isEmpty ? .null : .string(task.note)),
        ])
    }

    private func object(of part: ProgressPart, _ task: ProgressBoard.Task, _ now: Int64) -> FieldValue {
        .object([
            .init("name", .string(part.label)), .init("done_bytes", .bytes(part.done)),
            .init("total_bytes", .bytes(part.total)), .init("left_seconds", seconds(left(of: part, task, now))),
        ])
    }

    private func left(of part: ProgressPart, _ task: ProgressBoard.Task, _ now: Int64) -> Double? {
        part.total > part.done ? task.secondsLeft(part.total - part.done, now) : nil
    }

    private func seconds(_ value: Double?) -> FieldValue { value.map { .seconds($0) } ?? .null }

    /// `Copying vda  1.2 GiB of 10 GiB  12%  310 MiB/s  29 s left  note (+1 more)`, cut to the terminal's width.
    func line(for task: ProgressBoard.Task, others: Int, now: Int64) -> String {
        var parts = [VisibleText.line(task.label)]
        let elapsed = Double(max(now - task.startedAt, 0)) / 1000
        if let total = task.total {
            parts.append("\(UnitText.bytes(task.done)) of \(UnitText.bytes(total))")
            if total > 0 { parts.append("\(Int(min(100, Double(task.done) / Double(total) * 100)))%") }
        } else if task.done > 0 {
            parts.append(UnitText.bytes(task.done))
        }
        if elapsed >= 0.5, task.done > 0 {
            parts.append("\(UnitText.bytes(UInt64(task.rate(now))))/s")
            if let left = task.secondsLeft(now).flatMap(UnitText.seconds) { parts.append("\(left) left") }
        }
        if task.total == nil, task.done == 0 { parts.append("…") }
        if let part = task.part {
            // Of the only one, or the last one, the time has been said.
            let isLast = task.total.map { $0 &- task.done == part.total &- part.done } ?? true
            let left = isLast ? nil : left(of: part, task, now).flatMap(UnitText.seconds)
            parts.append(part.share + (left.map { " \($0) left" } ?? ""))
        }
        if !task.note.isEmpty { parts.append(VisibleText.line(task.note)) }
        if others > 0 { parts.append("(+\(others) more)") }
        return TextWidth.truncated(parts.joined(separator: "  "), to: max(10, console.width() - 1))
    }
}
