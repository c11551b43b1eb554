package import DebVisorCore

/// Something that somebody should hear of once, kept until it is acknowledged.
package struct ScheduleEvent: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        /// No run of the job has completed within its `alertAfterSeconds`.
        case overdue
        /// A run has completed again after that.
        case recovered
        /// The system's clock was set back.
        case clockSetBack = "clock-set-back"
        /// It cannot be told when a job is due, for the data of its zone are gone; or a run cannot be started.
        case broken
    }

    package var id: Int64
    package var kind: Kind
    package var job: JobName?
    package var at: Timestamp
    /// Lower case, without a full stop.
    package var text: String
}
