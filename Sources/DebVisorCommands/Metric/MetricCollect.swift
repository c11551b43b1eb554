import Backups
import CommandKit
import DebVisorCore
import Hypervisor
import Metrics
import Platform

/// `debvisor metric collect`
struct MetricCollect: ChangingCommand {
    static let info = CommandInfo(
        "collect", "Record one round of samples of this host and its machines",
        discussion: """
            What a job calls each minute: debvisor schedule add collect --cron '* * * * *' -- debvisor metric collect -q. All \
            samples of a round have one time and are recorded together. The names of the series are those of the libvirt \
            exporters and of node_exporter for Prometheus, and a promise: docs/metrics.md lists them.

            A series ends with the round in which its machine is off, gone or without that disk or interface; of a machine \
            that is off its state goes on. A machine that does not answer keeps nobody waiting: what is known of it is \
            recorded, and the status is 3. If the hypervisor cannot be reached, the host is recorded all the same, and no \
            series of a machine ends. A state directory holds the machines of one hypervisor.

            Once a day the retention of samples is applied as well; see 'debvisor metric retention'. Where there are alerts, \
            what depends on what is noted for them: disks on their machine and storage pool, all on the host.
            """,
        examples: [
            Example("debvisor metric collect", "one round of everything", prints: "samples"),
            Example("debvisor metric collect --no-machines -o json", "only this host", prints: #""machines": null"#),
            Example(
                "debvisor metric collect --dry-run", "what there is to record, machine by machine", prints: "vm web1"),
        ],
        statuses: [.partial, .denied, .conflict, .unavailable, .timeout, .attention], prints: Collection.self)

    struct Inputs: InputSet {
        let noHost = Flag("no-host", help: "Nothing of this host")
        let noMachines = Flag("no-machines", help: "Nothing of the hypervisor: machines and storage pools")
        let timeout = TimeoutOption()
    }

    static let rules: [InputRule<Inputs>] = [.conflict(\.noHost, \.noMachines)]

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let seconds = try args.timeout.timeout ?? context.settings.timeoutSeconds()
        let hypervisor = args.noMachines ? nil : try context.hypervisor(timeout: seconds)
        if let hypervisor, let store = try context.existingMetricStore() {
            try Self.check(store, isOf: hypervisor.uri, at: context.clock.now())
        }
        let readsHost = !args.noHost
        let round = await session.waiting(for: hypervisor?.uri ?? context.host.name) {
            await CollectRound.gather(hypervisor, readsHost: readsHost, context, patience: seconds)
        }
        let steps = round.sources.map { Step("record", $0.name, detail: "\($0.values.count) series") }
        return Plan(steps) { session in try await Self.record(round, hypervisor?.uri, context, session) }
    }

    /// Series do not say whose machines they are, so a round of another hypervisor would end them all.
    /// - Throws: `conflict`.
    private static func check(_ store: MetricStore, isOf uri: String, at time: Timestamp) throws {
        let up = try MetricName(HypervisorMeasures.up)
        let others = try store.series(SeriesSelection(up)).map(\.key).filter { $0.tags["uri"] != uri }
        for (key, sample) in try store.latest(others) where !sample.isEndOfSeries {
            guard sample.time.adding(milliseconds: 86_400_000) > time, let other = key.tags["uri"] else { continue }
            throw Fault(
                .conflict, "these are samples of '\(other)', not of '\(uri)'",
                hint: "give each hypervisor a --state-dir; for one by another URI: debvisor metric delete \(up)")
        }
    }

    private static func record(
        _ round: CollectRound, _ uri: String?, _ context: AppContext, _ session: Session
    ) async throws -> Report {
        let (outcome, changes, upkeepProblem) = try await Worker.run {
            let store = try context.metricStore()
            let machines = round.machines ?? []
            let processors = round.values.map(\.series.key).filter(CollectRound.isProcessorTime)
            let former = try store.latest(RunChanges.keys(of: machines) + processors)
            let outcome = try store.record(round.metricRound(steadying: former))
            return (outcome, RunChanges(machines, since: former), store.upkeep(at: round.time))
        }
        if let uri, let machines = round.machines, outcome.changesMachines {
            context.remember(machines.map(\.statistics.name), of: uri) { session.log($0) }
        }
        let failures = round.failures + outcome.refusals
        let collection = Collection(
            time: round.time, machines: round.machines?.count, pools: round.pools?.count, outcome: outcome,
            changes: changes, failed: failures.map(\.item))
        var report = Report.one(collection)
        let places = AlertPlaces(local: context.host.name, uri: uri)
        let topologyProblem = try await Worker.run { context.learnTopology(round, places) }
        report.warnings = [changes.warning, upkeepProblem, topologyProblem].compactMap(\.self)
        if let error = round.unreachable, round.host == nil {
            // Nothing is left that went well.
            return report.ending(Failures.failure(error))
        }
        return report.failing(failures)
    }
}

extension RoundOutcome {
    /// Whether a machine came or went.
    fileprivate var changesMachines: Bool { (new + ended).contains { $0.name.text == MachineMeasures.vstate } }

    /// Each cause once.
    fileprivate var refusals: [ItemFailure] {
        var seen: Set<String> = []
        return refused.filter { seen.insert($0.fault.message).inserted }
            .map { ItemFailure($0.series.name.text, $0.fault) }
    }
}
