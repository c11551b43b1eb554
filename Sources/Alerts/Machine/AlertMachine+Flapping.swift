import DebVisorCore

extension AlertMachine {
    /// Notes that it begins or ceases to fire. With too many of these within the hour it flaps, and is muted until it
    /// calms down.
    /// - Returns: why it flaps from now on; nil if it does not, or has flapped before.
    mutating func noteFlap(_ time: Timestamp) -> String? {
        let border = time.adding(milliseconds: -Int64(settings.flapSeconds) * 1000)
        state.changes = Array((state.changes.filter { $0 > border } + [time]).suffix(32))
        guard !state.isFlapping, state.changes.count >= settings.flapChanges else { return nil }
        return "\(state.changes.count) changes within \(settings.flapSeconds) s: muted until it is calm for as long"
    }

    /// Ends the flapping if nothing has changed for as long.
    mutating func calm(_ now: Timestamp) {
        guard state.isFlapping, let last = state.changes.last,
            now.milliseconds - last.milliseconds >= Int64(settings.flapSeconds) * 1000, state.phase != .pending
        else { return }
        change(at: now, by: Self.rulesActor, "it has not changed for \(settings.flapSeconds) s") { state in
            state.isFlapping = false
            state.changes = []
        }
        if state.phase == .quiet { end(now) }
    }
}
