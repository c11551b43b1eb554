package import DebVisorCore

extension Scheduler {
    /// What would run between two instants, by usual run times, with overlaps, conflicts and places; nothing is run.
    ///
    /// Every run is taken to complete. - Throws: `usage` if there are more than 100,000 slots.
    package func simulate(from start: Timestamp, to end: Timestamp) throws -> [SimulatedRun] {
        var simulation = ScheduleSimulation(places: try store.settings().maxRunning)
        var slots = 0
        for job in try store.jobs() where job.definition.isEnabled {
            let timing = try JobTiming(job.definition)
            let usual = try store.usualDuration(of: job.name) ?? 60_000
            var times: [Int64] = []
            for slot in timing.schedule.slots(after: start.seconds - 1) {
                if slot.instant > end.seconds { break }
                times.append(slot.instant)
                slots += 1
                guard slots <= 100_000 else {
                    throw Fault(.usage, "more than 100,000 slots to simulate", hint: "choose a shorter time")
                }
            }
            simulation.add(job.definition, times, jitter: timing.jitterSeconds, duration: usual)
        }
        return simulation.run()
    }
}
