package import DebVisorCore

/// Which runs a listing wants. The newest come first.
package struct RunQuery: Sendable, Hashable {
    package var job: JobName?
    package var statuses: Set<RunStatus> = []
    /// Created at this instant or later.
    package var since: Timestamp?
    package var until: Timestamp?
    /// Older than this run, to go on where a page ended.
    package var before: Int64?
    package var limit = 100

    package init(job: JobName? = nil) { self.job = job }
}
