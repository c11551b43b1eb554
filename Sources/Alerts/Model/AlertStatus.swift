/// Where an alert is in its life.
package enum AlertStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// The condition holds, but not yet for as long as the rule wants.
    case pending
    case firing
    /// Fires, and somebody looks after it.
    case acknowledged
    /// Fires, but a silence or something that it depends on hides it.
    case suppressed
    case resolved
    /// It was pending or fired, and then no samples came: nobody knows.
    case nodata
    /// It changes too often to tell anybody of each change.
    case flapping

    /// Not over.
    package var isOpen: Bool { self != .resolved }
}
