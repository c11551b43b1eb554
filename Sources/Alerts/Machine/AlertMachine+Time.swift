import DebVisorCore

extension AlertMachine {
    /// What time alone does.
    mutating func tick(_ now: Timestamp) {
        guard state.isOpen else { return }
        lapse(now)
        loseData(now)
        calm(now)
        remind(now)
    }

    private mutating func lapse(_ now: Timestamp) {
        guard let until = state.acknowledgement?.until, until <= now else { return }
        change(at: now, by: Self.rulesActor, always: true, "the acknowledgement ended at \(until)") {
            $0.acknowledgement = nil
        }
        if state.phase == .firing, !state.isFlapping { remindNow(now) }
    }

    private mutating func loseData(_ now: Timestamp) {
        guard state.phase != .quiet, !state.isWithoutData, isGap(from: state.sampleAt, to: now) else { return }
        change(at: now, by: Self.rulesActor, always: true, "no sample since \(state.sampleAt)") {
            $0.isWithoutData = true
            $0.clearSince = nil
        }
    }

    private mutating func remind(_ now: Timestamp) {
        guard state.phase == .firing, [.firing, .nodata].contains(state.status), state.acknowledgement == nil,
            !state.isFlapping, let told = state.toldAt, let interval = settings.reminderSeconds[state.severity],
            now.milliseconds - told.milliseconds >= Int64(interval) * 1000
        else { return }
        remindNow(now)
    }

    private mutating func remindNow(_ now: Timestamp) {
        state.reminders += 1
        tell(.reminder, at: now)
    }

    /// Hides the alert or shows it again.
    /// - Parameter cause: what hides it, in words; nil: nothing.
    mutating func suppress(_ cause: String?, _ now: Timestamp) {
        guard state.isOpen, state.phase != .pending || state.isFlapping, state.suppressedBy != cause else { return }
        let before = state.suppressedBy
        change(
            at: now, by: Self.rulesActor, always: true,
            cause.map { "hidden by \($0)" } ?? "not hidden by \(before ?? "anything") any more"
        ) { $0.suppressedBy = cause }
        if cause != nil {
            withdraw()
        } else if state.phase == .firing, !state.isFlapping {
            tell(.firing, at: now)
        }
    }
}
