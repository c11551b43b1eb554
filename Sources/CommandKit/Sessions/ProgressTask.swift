/// One task whose progress is shown; from any thread. End it with `finish()`.
package struct ProgressTask: Sendable {
    let id: Int
    let board: ProgressBoard

    /// Some more bytes are done.
    package func advance(by bytes: UInt64) { board.update(id) { $0.done &+= bytes } }

    /// So many bytes are done in all.
    package func advance(to bytes: UInt64) { board.update(id) { $0.done = bytes } }

    /// So many bytes are done in all, some of them of one part; `note` is extra text behind the figures.
    package func advance(to bytes: UInt64, part: ProgressPart, note: String) {
        board.update(id) {
            $0.done = bytes
            $0.part = part
            $0.note = note
        }
    }

    /// The total is known now, or has changed.
    package func expect(_ total: UInt64?) { board.update(id) { $0.total = total } }

    /// Extra text behind the figures: `3 of 5 disks`.
    package func note(_ text: String) { board.update(id) { $0.note = text } }

    package func finish() { board.finish(id) }
}

/// One of several things that a task deals with in turn: a disk of a machine.
package struct ProgressPart: Sendable {
    let label: String
    let done: UInt64
    let total: UInt64

    package init(label: String, done: UInt64, total: UInt64) {
        (self.label, self.done, self.total) = (label, done, total)
    }

    /// `vda 34%`
    var share: String {
        let share = total == 0 ? 100 : min(100, Double(done) / Double(total) * 100)
        return "\(VisibleText.line(label)) \(Int(share))%"
    }
}
