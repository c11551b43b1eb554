/// Something about a job that may not be what its owner had in mind.
package struct ScheduleRemark: Sendable, Hashable {
    package var job: JobName?
    /// One word: `clockChange`, `neverFires`, `overlap`, …
    package var rule: String
    /// Lower case, without a full stop.
    package var text: String
}
