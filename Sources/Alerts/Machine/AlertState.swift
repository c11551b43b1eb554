import DebVisorCore

/// Everything that is remembered of an alert: what a restart must not change.
struct AlertState: Sendable, Hashable {
    /// Of the condition alone.
    enum Phase: String, Sendable, Hashable { case quiet, pending, firing }

    var phase = Phase.quiet
    var episode = 0
    var severity = AlertSeverity.info
    var value = 0.0
    var threshold: Double?
    var peak = 0.0
    var count = 0
    var sampleAt: Timestamp
    var firstSeenAt: Timestamp
    var lastSeenAt: Timestamp
    /// Since when the condition holds without a pause.
    var pendingSince: Timestamp?
    /// Since when it has cleared without a pause, while the alert still fires.
    var clearSince: Timestamp?
    var firedAt: Timestamp?
    /// Since when the status is what it is.
    var since: Timestamp
    var message = ""
    var isWithoutData = false
    var isFlapping = false
    /// When it began or ceased to fire, of the last while.
    var changes: [Timestamp] = []
    var acknowledgement: Acknowledgement?
    var suppressedBy: String?
    /// When somebody was told last, and how often anew.
    var toldAt: Timestamp?
    var reminders = 0

    init(at time: Timestamp) { (sampleAt, firstSeenAt, lastSeenAt, since) = (time, time, time, time) }

    /// There is something that a person might have to do.
    var isOpen: Bool { phase != .quiet || isFlapping }

    var status: AlertStatus {
        guard isOpen else { return .resolved }
        if phase == .pending, !isFlapping { return isWithoutData ? .nodata : .pending }
        if suppressedBy != nil { return .suppressed }
        if isWithoutData { return .nodata }
        if isFlapping { return .flapping }
        return acknowledgement == nil ? .firing : .acknowledged
    }
}

/// What somebody should hear of.
enum Intent: Sendable, Hashable {
    case tell(NoticeKind)
    /// What nobody has heard yet, nobody needs to.
    case withdraw
}

/// Why a notice is sent.
package enum NoticeKind: String, Sendable, Hashable, Codable, CaseIterable {
    case firing
    /// The severity rose.
    case raised
    case flapping
    /// It still fires, and nobody looks after it.
    case reminder
    case resolved
}

/// A change as the history has it.
struct AlertChange: Sendable, Hashable {
    var at: Timestamp
    var actor: String
    var from: AlertStatus?
    var to: AlertStatus
    var reason: String
}
