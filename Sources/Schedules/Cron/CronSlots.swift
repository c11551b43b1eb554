/// The slots of a schedule in order.
package struct CronSlots: Sequence, IteratorProtocol, Sendable {
    private var search: CronSearch
    private var last: Int64

    init(_ schedule: CronSchedule, after instant: Int64) {
        search = CronSearch(schedule, from: instant)
        last = instant
    }

    package mutating func next() -> CronSlot? {
        guard let slot = search.next(after: last) else { return nil }
        last = slot.instant
        return slot
    }
}
