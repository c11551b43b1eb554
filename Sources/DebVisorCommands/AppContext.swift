package import Alerts
import Anomalies
package import Backups
package import CommandKit
package import DebVisorCore
package import Hypervisor
import Inventory
import Metrics
package import Platform
package import Schedules
import Storage

/// What commands get to work with. Each part is made on first use; the binary gives live ones, tests their own.
package struct AppContext: Sendable {
    package var settings: Settings
    package var clock: any WallClock
    package var environment: Environment
    package var host: HostIdentity
    /// `debvisor 0.1.0`, as backups note who wrote them.
    package var writer: String
    package var images: any DiskImages
    /// What posts notices of alerts.
    package var webhooks: any NotificationSender
    /// A hypervisor for a URI; `seconds` bounds every call.
    package var connect: @Sendable (_ uri: String, _ seconds: Int) -> any Hypervisor
    /// What the kernel tells of this host.
    package var readHost: @Sendable () -> HostFigures = { HostFigures.read() }
    /// How the supervisors of scheduled runs are started: this program again.
    package var launcher = RunLauncher(words: [DebvisorProgram.supervisorWord])

    package init(
        settings: Settings, clock: any WallClock, environment: Environment, host: HostIdentity, writer: String,
        images: any DiskImages, webhooks: any NotificationSender,
        connect: @escaping @Sendable (_ uri: String, _ seconds: Int) -> any Hypervisor
    ) {
        self.settings = settings
        self.clock = clock
        self.environment = environment
        self.host = host
        self.writer = writer
        self.images = images
        self.webhooks = webhooks
        self.connect = connect
    }
}

extension AppContext {
    var stateDirectory: StateDirectory { StateDirectory(settings.stateDirectory.value) }

    /// The hypervisor that options, environment or configuration name.
    /// - Parameter timeout: seconds that override the setting.
    func hypervisor(timeout: Int? = nil) throws -> any Hypervisor {
        connect(settings.connect.value, try timeout ?? settings.timeoutSeconds())
    }

    /// The backup domain's store, made if need be.
    func backupStore() throws -> BackupStore { BackupStore(try Store.open(BackupStore.store, in: stateDirectory)) }

    /// The scheduler's store, made if need be.
    func scheduleStore() throws -> ScheduleStore {
        ScheduleStore(try Store.open(ScheduleStore.store, in: stateDirectory), in: stateDirectory)
    }

    /// The scheduler's store for a listing; nil if there is none yet.
    func existingScheduleStore() throws -> ScheduleStore? {
        try Store.openExisting(ScheduleStore.store, in: stateDirectory).map { ScheduleStore($0, in: stateDirectory) }
    }

    /// The store of samples, made if need be.
    func metricStore() throws -> MetricStore { MetricStore(try Store.open(MetricStore.store, in: stateDirectory)) }

    /// The store of samples for a listing; nil if there is none yet.
    func existingMetricStore() throws -> MetricStore? {
        try Store.openExisting(MetricStore.store, in: stateDirectory).map { MetricStore($0) }
    }

    /// The store of alerts and rules, made if need be.
    func alertStore() throws -> AlertStore { AlertStore(try Store.open(AlertStore.store, in: stateDirectory)) }

    /// The store of alerts for a listing; nil if there is none yet.
    func existingAlertStore() throws -> AlertStore? {
        try Store.openExisting(AlertStore.store, in: stateDirectory).map { AlertStore($0) }
    }

    func scheduler() throws -> Scheduler { Scheduler(try scheduleStore(), clock: clock, launcher: launcher) }

    /// Remembers machines for completion. It is a convenience: failing to is no error of the command.
    func remember(_ machines: [Machine], of uri: String, _ note: (String) -> Void) {
        remember(machines.map(\.name), of: uri, note)
    }

    /// As above, by their names.
    func remember(_ machines: [VMName], of uri: String, _ note: (String) -> Void) {
        do {
            let inventory = Inventory(try Store.open(Inventory.store, in: stateDirectory))
            try inventory.record(machines.map(\.text), of: .machine, in: uri, at: clock.now())
        } catch {
            note("the names of machines were not remembered for completion: \(error)")
        }
    }
}

/// Every store there is; `system` commands go through them all.
enum Stores {
    static let all = [
        BackupStore.store, Inventory.store, ScheduleStore.store, MetricStore.store, AnomalyStore.store,
        AlertStore.store,
    ]
}

extension Command {
    /// Every command of this program gets the same context.
    package typealias Context = AppContext
}
