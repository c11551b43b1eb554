import DebVisorCore

/// The life of one alert, as a pure function: a state and what happens to it in, the next state and what is to be
/// written down and told out. It knows no store and no clock.
struct AlertMachine {
    let rule: AlertRule
    let settings: AlertSettings
    var state: AlertState
    private(set) var changes: [AlertChange] = []
    private(set) var intents: [Intent] = []

    init(_ rule: AlertRule, _ settings: AlertSettings, _ state: AlertState) {
        (self.rule, self.settings, self.state) = (rule, settings, state)
    }

    /// Notes a change of the status, or of what is not in it.
    mutating func change(
        at time: Timestamp, by actor: String, always: Bool = false, _ reason: String,
        _ body: (inout AlertState) -> Void
    ) {
        let before = state.status
        let isNew = state.episode == 0
        body(&state)
        let after = state.status
        guard before != after || always else { return }
        if before != after { state.since = time }
        changes.append(
            AlertChange(at: time, actor: actor, from: isNew ? nil : before, to: after, reason: reason))
    }

    mutating func tell(_ kind: NoticeKind, at time: Timestamp) {
        intents.append(.tell(kind))
        state.toldAt = time
    }

    mutating func withdraw() { intents.append(.withdraw) }
}

extension AlertMachine {
    static let rulesActor = "rules"

    /// Takes in what a rule found. An observation that is not newer than the last is no news; one that is older than
    /// the time without data begins nothing.
    mutating func observe(_ observation: Observation, now: Timestamp) {
        guard state.episode == 0 || observation.time > state.sampleAt || wasClockSetBack(now),
            let reading = rule.condition.reading(observation)
        else { return }
        if state.phase == .quiet, isGap(from: observation.time, to: now) { return }
        resumeAfterGap(observation.time)
        state.sampleAt = observation.time
        state.value = observation.shown ?? observation.value
        state.threshold = rule.condition.shownLevel(observation)
        switch reading {
        case .beyond: beyond(observation)
        case .between:
            state.clearSince = nil
            if state.phase == .pending {
                quieten(observation.time, "it went back before it had held for \(rule.forSeconds) s")
            }
        case .clear: clear(observation)
        }
    }

    /// Whether so much time without a sample says that nobody knows. Of an absence every look knows.
    func isGap(from start: Timestamp, to end: Timestamp) -> Bool {
        rule.condition.kind != .absence
            && end.milliseconds - start.milliseconds > Int64(rule.noDataSeconds) * 1000
    }

    /// Whether the newest sample lies so far ahead that the clock must have been wrong: what comes now is news all the same.
    private func wasClockSetBack(_ now: Timestamp) -> Bool {
        state.sampleAt.milliseconds - now.milliseconds > Int64(rule.noDataSeconds) * 1000
    }

    /// Times are counted over samples: a pause counts neither for firing nor for resolving.
    private mutating func resumeAfterGap(_ time: Timestamp) {
        guard state.isOpen else { return }
        if isGap(from: state.sampleAt, to: time) || time < state.sampleAt {
            if state.phase == .pending { state.pendingSince = time }
            state.clearSince = nil
        }
        change(at: time, by: Self.rulesActor, "samples come again") { $0.isWithoutData = false }
    }

    private mutating func beyond(_ observation: Observation) {
        let time = observation.time
        if state.phase == .quiet { begin(observation) }
        state.count += 1
        state.peak = state.count == 1 ? state.value : rule.condition.worse(state.peak, state.value)
        state.lastSeenAt = time
        state.clearSince = nil
        raise(to: observation.severity ?? rule.severity, observation)
        if state.phase == .pending,
            time.milliseconds - (state.pendingSince ?? time).milliseconds >= Int64(rule.forSeconds) * 1000
        {
            fire(time)
        }
    }

    private mutating func begin(_ observation: Observation) {
        let time = observation.time
        let isSameEpisode = state.isFlapping
        let severity = observation.severity ?? rule.severity
        let message = observation.message ?? ""
        change(at: time, by: Self.rulesActor, observation.message ?? Self.reason(rule, observation)) { state in
            state.phase = .pending
            state.pendingSince = time
            guard !isSameEpisode else { return }
            state.episode += 1
            (state.count, state.firstSeenAt, state.firedAt, state.severity) = (0, time, nil, severity)
            (state.acknowledgement, state.toldAt, state.reminders, state.isFalse) = (nil, nil, 0, false)
            state.message = message
        }
    }

    private mutating func raise(to severity: AlertSeverity, _ observation: Observation) {
        let time = observation.time
        if let message = observation.message, severity >= state.severity { state.message = message }
        guard severity > state.severity else { return }
        let before = state.severity
        let isLapsing = state.acknowledgement != nil
        change(
            at: time, by: Self.rulesActor, always: true,
            "\(before) became \(severity)\(isLapsing ? ", so the acknowledgement lapses" : "")"
        ) {
            $0.severity = severity
            $0.acknowledgement = nil
        }
        if state.phase == .firing, !state.isFlapping { tell(.raised, at: time) }
    }

    private mutating func fire(_ time: Timestamp) {
        let hadFlapped = state.isFlapping
        let flaps = noteFlap(time)
        let held = rule.forSeconds > 0 ? "it held for \(rule.forSeconds) s" : "it does not have to hold for long"
        change(at: time, by: Self.rulesActor, flaps ?? held) { state in
            state.phase = .firing
            state.pendingSince = nil
            state.firedAt = state.firedAt ?? time
            state.isFlapping = hadFlapped || flaps != nil
        }
        if !hadFlapped { tell(flaps == nil ? .firing : .flapping, at: time) }
    }

    private mutating func clear(_ observation: Observation) {
        let time = observation.time
        switch state.phase {
        case .quiet: break
        case .pending: quieten(time, "it cleared before it had held for \(rule.forSeconds) s")
        case .firing:
            let since = state.clearSince ?? time
            state.clearSince = since
            guard time.milliseconds - since.milliseconds >= Int64(rule.keepSeconds) * 1000 else { return }
            resolve(
                at: time, by: Self.rulesActor,
                rule.keepSeconds > 0 ? "it has been clear for \(rule.keepSeconds) s" : "it is clear")
        }
    }

    private mutating func quieten(_ time: Timestamp, _ reason: String) {
        change(at: time, by: Self.rulesActor, reason) { state in
            state.phase = .quiet
            state.pendingSince = nil
        }
    }

    /// The condition is over; the episode too, unless the alert flaps.
    mutating func resolve(at time: Timestamp, by actor: String, _ reason: String) {
        let hadFlapped = state.isFlapping
        let flaps = noteFlap(time)
        change(at: time, by: actor, flaps ?? reason) { state in
            state.phase = .quiet
            (state.pendingSince, state.clearSince, state.isWithoutData) = (nil, nil, false)
            state.isFlapping = hadFlapped || flaps != nil
        }
        if flaps != nil { tell(.flapping, at: time) }
        if !state.isFlapping { end(time) }
    }

    /// Nothing of the episode is left to do.
    mutating func end(_ time: Timestamp) {
        (state.acknowledgement, state.suppressedBy) = (nil, nil)
        if state.firedAt != nil { tell(.resolved, at: time) }
    }

    private static func reason(_ rule: AlertRule, _ observation: Observation) -> String {
        let value = Words.number(observation.shown ?? observation.value)
        let level = rule.condition.shownLevel(observation).map(Words.number) ?? "?"
        return switch rule.condition.kind {
        case .absence: "no sample for \(Words.number(observation.value)) s"
        case .forecast: "\(value) now, \(level) in \(Words.number(observation.value)) s"
        case .threshold, .rate, .baseline, .anomaly: "\(value) is \(rule.condition.side) \(level)"
        }
    }
}
