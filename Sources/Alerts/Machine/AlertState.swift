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
    /// Whether a person said of this episode that there was nothing.
    var isFalse = false

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

    /// It fires, or did when samples ceased to come, and nobody looks after it.
    var callsForSomebody: Bool {
        guard acknowledgement == nil else { return false }
        return switch status {
        case .firing, .flapping: true
        case .nodata: firedAt != nil
        case .pending, .acknowledged, .suppressed, .resolved: false
        }
    }

    /// The place in a listing, the most urgent first: what calls for somebody (0 to 2, the worst first), what may come
    /// (3 to 5), what somebody looks after (6 to 8), what is hidden (9 to 11), what is over.
    var urgency: Int {
        let group =
            callsForSomebody ? 0 : status == .suppressed ? 3 : status == .resolved ? 4 : acknowledgement != nil ? 2 : 1
        return group * 3 + AlertSeverity.critical.rank - severity.rank
    }

    /// Urgencies below this call for somebody.
    static let calling = 3
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
