package import DebVisorCore

/// What a rule would have made of one series: the machine of real alerts, run by the times of samples, without a store.
///
/// Nobody acknowledges or silences anything in it, and nothing hides anything.
package struct RuleReplay {
    private let rule: AlertRule
    private let settings: AlertSettings
    private var state: AlertState?
    /// When something was observed last.
    private var last: Timestamp?
    /// What would have been written down.
    package private(set) var steps: [ReplayedStep] = []
    /// Notices that somebody would have got, reminders left out.
    package private(set) var notices = 0

    package init(_ rule: AlertRule, _ settings: AlertSettings = AlertSettings()) {
        (self.rule, self.settings) = (rule, settings)
    }

    /// As if somebody looked at the very moment of the observation; and, if it comes after a pause, in that too.
    package mutating func observe(_ observation: Observation) {
        let time = observation.time
        if let last {
            let lost = last.adding(milliseconds: Int64(rule.noDataSeconds) * 1000 + 1)
            if lost < time { step { $0.tick(lost) } }
            if state?.isFlapping == true { step { $0.tick(time) } }
        }
        last = time
        if state == nil { state = AlertState(at: time) }
        step {
            $0.observe(observation, now: time)
            $0.tick(time)
        }
    }

    /// The series ended.
    package mutating func end(at time: Timestamp, _ reason: String) {
        step { $0.resolveByHand(at: time, by: AlertMachine.rulesActor, reason) }
    }

    /// What time does until then.
    package mutating func finish(at time: Timestamp) { step { $0.tick(time) } }

    private mutating func step(_ body: (inout AlertMachine) -> Void) {
        guard let before = state else { return }
        var machine = AlertMachine(rule, settings, before)
        body(&machine)
        // One that never began has nothing to remember.
        guard machine.state.episode > 0 else { return state = nil }
        state = machine.state
        notices += machine.intents.count { $0 != .withdraw && $0 != .tell(.reminder) }
        steps += machine.changes.map { change in
            ReplayedStep(
                at: change.at, from: change.from, to: change.to, severity: machine.state.severity,
                episode: machine.state.episode, value: machine.state.value, message: machine.state.message,
                reason: change.reason)
        }
    }
}

/// One change that would have been.
package struct ReplayedStep: Sendable, Hashable {
    package var at: Timestamp
    /// nil: it had none.
    package var from: AlertStatus?
    package var to: AlertStatus
    package var severity: AlertSeverity
    package var episode: Int
    package var value: Double
    /// Of the alert, with numbers; empty if its observations had none.
    package var message: String
    /// Why it changed.
    package var reason: String
}
