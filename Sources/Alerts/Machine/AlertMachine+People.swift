import DebVisorCore

extension AlertMachine {
    /// - Throws: `conflict` if there is nothing to look after; `usage` for an end that has passed.
    mutating func acknowledge(_ acknowledgement: Acknowledgement) throws {
        guard state.isOpen else {
            throw Fault(.conflict, "the alert is resolved", hint: "only what fires can be acknowledged")
        }
        guard state.phase == .firing || state.isFlapping else {
            throw Fault(.conflict, "the alert does not fire yet", hint: "wait, or see its rule's 'for'")
        }
        if let until = acknowledgement.until, until <= acknowledgement.at {
            throw Fault(
                .usage, "the acknowledgement would end at \(until), which has passed", hint: "give a time ahead")
        }
        guard
            state.acknowledgement.map({
                $0.by != acknowledgement.by || $0.until != acknowledgement.until || $0.note != acknowledgement.note
            }) ?? true
        else { return }
        let note = acknowledgement.note.map { ": \($0)" } ?? ""
        let end = acknowledgement.until.map { " until \($0)" } ?? ""
        change(at: acknowledgement.at, by: acknowledgement.by, always: true, "acknowledged\(end)\(note)") {
            $0.acknowledgement = acknowledgement
        }
    }

    /// A person says that it is over. If the next sample says otherwise, it begins anew.
    /// - Parameter isFalse: there was nothing; that can be said of what is over, too.
    mutating func resolveByHand(at now: Timestamp, by actor: String, isFalse: Bool = false, _ reason: String) {
        guard state.isOpen else {
            guard isFalse, !state.isFalse, state.episode > 0 else { return }
            return change(at: now, by: actor, always: true, reason) { $0.isFalse = true }
        }
        change(at: now, by: actor, always: true, reason) { state in
            state.phase = .quiet
            (state.pendingSince, state.clearSince) = (nil, nil)
            (state.isWithoutData, state.isFlapping, state.changes) = (false, false, [])
            state.isFalse = isFalse
        }
        end(now)
    }
}
