/// One task whose progress is shown; from any thread. End it with `finish()`.
package struct ProgressTask: Sendable {
    let id: Int
    let board: ProgressBoard

    /// Some more bytes are done.
    package func advance(by bytes: UInt64) { board.update(id) { $0.done &+= bytes } }

    /// So many bytes are done in all.
    package func advance(to bytes: UInt64) { board.update(id) { $0.done = bytes } }

    /// So many bytes are done in all; `note` is extra text behind the figures.
    package func advance(to bytes: UInt64, note: String) {
        board.update(id) {
            $0.done = bytes
            $0.note = note
        }
    }

    /// The total is known now, or has changed.
    package func expect(_ total: UInt64?) { board.update(id) { $0.total = total } }

    /// Extra text behind the figures: `3 of 5 disks`.
    package func note(_ text: String) { board.update(id) { $0.note = text } }

    package func finish() { board.finish(id) }
}
