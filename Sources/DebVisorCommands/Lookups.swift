import Alerts
import Anomalies
import Backups
package import CommandKit
import DebVisorCore
import Hypervisor
import Inventory
import Metrics
import Platform
import Schedules
import Storage

/// Names of existing objects, for completion and suggestions. Reads our own stores, never the network.
package enum Lookups {
    package static func names(_ query: ObjectQuery<GlobalOptions>) -> [String] {
        let environment = Environment.process
        guard let settings = try? Settings(query.globals, environment, UserAccount.current(environment)) else {
            return []
        }
        let directory = StateDirectory(settings.stateDirectory.value)
        switch query.kind {
        case ObjectKind.machine: return machines(directory)
        case ObjectKind.backup: return backups(directory).map { "\($0.name)@\($0.time)" }
        case ObjectKind.subject: return Set(backups(directory).map(\.name)).sorted()
        case ObjectKind.repository: return repositories(directory)
        case ObjectKind.metric: return metrics(directory)
        case ObjectKind.definition: return definitions(directory)
        case ObjectKind.finding, ObjectKind.baseline, ObjectKind.falseAlarm: return anomalies(query.kind, directory)
        case ObjectKind.alert, ObjectKind.silence, ObjectKind.notifier: return alerts(query.kind, directory)
        case ObjectKind.alertRule: return alertRules(directory)
        case ObjectKind.timeZone: return TimeZoneRules.knownNames
        default: return schedule(query.kind, directory)
        }
    }

    private static func schedule(_ kind: String, _ directory: StateDirectory) -> [String] {
        guard let glance = Store.glance(ScheduleStore.store, in: directory) else { return [] }
        let store = ScheduleStore(glance, in: directory)
        let jobs = { (try? store.names()) ?? [] }
        let runs = { ((try? store.history(RunQuery())) ?? []).map(\.id.description) }
        switch kind {
        case ObjectKind.job: return jobs()
        case ObjectKind.run: return runs() + jobs()
        case ObjectKind.openRun: return ((try? store.current()) ?? []).map(\.id.description) + jobs()
        default: return []
        }
    }

    private static func machines(_ directory: StateDirectory) -> [String] {
        guard let store = Store.glance(Inventory.store, in: directory) else { return [] }
        return (try? Inventory(store).names(of: .machine)) ?? []
    }

    private static func metrics(_ directory: StateDirectory) -> [String] {
        guard let store = Store.glance(MetricStore.store, in: directory) else { return [] }
        return (try? MetricStore(store).names()) ?? []
    }

    private static func alerts(_ kind: String, _ directory: StateDirectory) -> [String] {
        guard let store = Store.glance(AlertStore.store, in: directory).map({ AlertStore($0) }) else { return [] }
        switch kind {
        case ObjectKind.alert: return (try? store.openIDs()) ?? []
        case ObjectKind.notifier: return ((try? store.notifiers()) ?? []).map(\.name)
        default:
            let now = LiveClock().now()
            return ((try? store.silences(activeAt: now)) ?? []).map { "\($0.id)" }
        }
    }

    private static func definitions(_ directory: StateDirectory) -> [String] {
        let ready = ReadyMetrics.all.map(\.name.text)
        guard let store = Store.glance(MetricStore.store, in: directory) else { return ready }
        return Set(ready + ((try? MetricStore(store).definitions()) ?? []).map(\.name.text)).sorted()
    }

    private static func anomalies(_ kind: String, _ directory: StateDirectory) -> [String] {
        guard let glance = Store.glance(AnomalyStore.store, in: directory) else { return [] }
        let store = AnomalyStore(glance)
        switch kind {
        case ObjectKind.baseline: return Set(((try? store.seriesWithBaseline()) ?? []).map(\.metric)).sorted()
        case ObjectKind.falseAlarm: return ((try? store.falseAlarms()) ?? []).map { "\($0.finding)" }
        default: return (try? store.findingIDs()) ?? []
        }
    }

    private static func alertRules(_ directory: StateDirectory) -> [String] {
        guard let store = Store.glance(AlertStore.store, in: directory) else { return [] }
        return ((try? AlertStore(store).rules()) ?? []).map(\.name)
    }

    private static func backups(_ directory: StateDirectory) -> [(name: String, time: String)] {
        guard let store = Store.glance(BackupStore.store, in: directory) else { return [] }
        let found = (try? BackupStore(store).references(startingWith: "")) ?? []
        return found.map { ($0.name, "\($0.createdAt)") }
    }

    private static func repositories(_ directory: StateDirectory) -> [String] {
        guard let store = Store.glance(BackupStore.store, in: directory) else { return [] }
        return ((try? BackupStore(store).repositories()) ?? []).map(\.name)
    }
}

/// The kinds of objects that have names to complete.
enum ObjectKind {
    static let machine = "vm"
    static let backup = "backup"
    static let repository = "repository"
    /// A machine or file of which there are backups.
    static let subject = "subject"
    static let job = "job"
    /// A run, or a job for its newest one.
    static let run = "run"
    /// A run that is not over, or a job.
    static let openRun = "open-run"
    /// The name of one or several series.
    static let metric = "metric"
    /// A metric that is defined.
    static let definition = "definition"
    /// Something that was found in a series.
    static let finding = "finding"
    /// A finding that was told to be a false alarm.
    static let falseAlarm = "false-alarm"
    /// A metric of which there are baselines.
    static let baseline = "baseline"
    /// What to look for in which series.
    static let alertRule = "alert-rule"
    static let timeZone = "timezone"
    /// An alert that is not over.
    static let alert = "alert"
    /// A silence in force.
    static let silence = "silence"
    static let notifier = "notifier"
}

extension Hypervisor {
    /// The machine of this name or UUID. Only for a UUID, or to suggest another name, all machines are asked for.
    func find(_ name: String) async throws -> Machine {
        do { return try await machine(VMName(name)) } catch let fault as Fault
            where fault.kind == .notFound || fault.kind == .usage
        {
            return try find(name, among: try await machines())
        }
    }

    /// The machines of these names and UUIDs, each once. - Throws: as `find`.
    func find(_ names: [String], among machines: [Machine]) throws -> [Machine] {
        var chosen: [Machine] = []
        for name in names {
            let machine = try find(name, among: machines)
            if !chosen.contains(where: { $0.name == machine.name }) { chosen.append(machine) }
        }
        return chosen
    }

    /// The machine of this name or UUID. - Throws: `notFound` with the nearest name as a hint.
    func find(_ name: String, among machines: [Machine]) throws -> Machine {
        if let machine = machines.first(where: { $0.name.text == name || $0.uuid == name }) { return machine }
        throw Fault(
            .notFound, "there is no virtual machine '\(name)' at \(uri)",
            hint: Suggestion.hint(
                for: name, among: machines.map(\.name.text), otherwise: "see them with: debvisor vm list"))
    }
}

extension SnapshotLookup {
    /// As `find`, with the nearest name as a hint.
    func lookUp(_ text: String) throws -> Snapshot {
        do { return try find(text) } catch var fault as Fault where fault.kind == .notFound && fault.hint == nil {
            fault.hint = Suggestion.hint(for: text, among: words, otherwise: "see them with: debvisor backup list")
            throw fault
        }
    }
}
