package import DebVisorCore

/// One line of a timeline that never happened.
package struct SimulatedRun: Sendable, Hashable {
    package var job: JobName
    package var scheduledFor: Timestamp
    package var start: Timestamp?
    /// As long as the job's runs usually take; a minute if it never ran.
    package var end: Timestamp?
    /// `completed`, `skipped`, `missed`, `merged` or `blocked`.
    package var status: RunStatus
    package var reason: String?
}
