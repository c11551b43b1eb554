import DebVisorCore
import Hypervisor
import Metrics

/// What became of machines since the round before, as the samples of that tell.
struct RunChanges: Sendable {
    /// Machines that were stopped and started between two rounds: their counters began at zero.
    var restarted: [String] = []
    /// Running machines whose guests tell nothing of their memory.
    var withoutMemory: [String] = []
    /// Those of which that is news.
    var newlyWithoutMemory: [String] = []

    /// The series that `init` looks at.
    static func keys(of machines: [MachineMeasures.SeenMachine]) -> [SeriesKey] {
        machines.flatMap { machine in
            [MachineMeasures.vstate, MachineMeasures.runID, MachineMeasures.cpuTime, MachineMeasures.lastUpdate]
                .compactMap { key($0, machine) }
        }
    }

    private static func key(_ name: String, _ machine: MachineMeasures.SeenMachine) -> SeriesKey? {
        let tags = zip(MachineMeasures.labels, MachineMeasures.machine.identity(machine)).map { (name: $0, value: $1) }
        guard let name = try? MetricName(name), let set = try? TagSet(tags) else { return nil }
        return SeriesKey(name, set)
    }

    init() {}

    init(_ machines: [MachineMeasures.SeenMachine], since former: [SeriesKey: Sample]) {
        for machine in machines {
            guard let running = machine.running else { continue }
            let name = running.name.text
            func before(_ metric: String) -> Double? {
                guard let sample = Self.key(metric, machine).flatMap({ former[$0] }), !sample.isEndOfSeries else {
                    return nil
                }
                return sample.value
            }
            let cpuTime = running.cpuTimeNanoseconds?.inSeconds
            let isOtherRun = before(MachineMeasures.runID).map { $0 != running.id?.number } ?? false
            let fell = before(MachineMeasures.cpuTime).flatMap { old in cpuTime.map { $0 < old } } ?? false
            if isOtherRun || fell { restarted.append(name) }
            // A driver without such figures is not the guest's fault.
            guard machine.guestMemory == nil, running.memory != nil, !running.stale else { continue }
            withoutMemory.append(name)
            // One that boots will tell yet; so whoever has worked for a minute when first seen, or told before.
            let isFirstSight = Self.key(MachineMeasures.vstate, machine).flatMap { former[$0] } == nil
            let toldBefore = before(MachineMeasures.lastUpdate) != nil && !isOtherRun && !fell
            if toldBefore || isFirstSight && (cpuTime ?? 0) > 60 { newlyWithoutMemory.append(name) }
        }
    }

    /// One sentence for all of which it is news.
    var warning: String? {
        guard let first = newlyWithoutMemory.first else { return nil }
        let names = newlyWithoutMemory.joined(separator: ", ")
        return
            "nothing is told of the memory inside of \(names): their balloons have no statistics period, or the guest "
            + "does not answer; virsh dommemstat \(first) --period 10 --live --config"
    }
}
