extension CronSchedule {
    /// The last slot at an instant or before it, within forty years.
    func last(through instant: Int64) -> CronSlot? {
        var window: Int64 = 3600
        while window < 40 * 366 * 86_400 {
            var found: CronSlot?
            for slot in slots(after: instant - window) {
                if slot.instant > instant { break }
                found = slot
            }
            if let found { return found }
            window *= 4
        }
        return nil
    }

    /// Seconds between slots: the least among the next hundred. Nil if there are not two.
    func shortestInterval(after instant: Int64) -> Int64? {
        let next = slots(after: instant).prefix(100).map(\.instant)
        return zip(next, next.dropFirst()).map { $1 - $0 }.min()
    }
}
