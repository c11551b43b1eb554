package import DebVisorCore

/// A hypervisor behind one URI. Every call is bounded by the connection's deadline: a daemon that hangs
/// is a `timeout`, one that cannot be reached `unavailable`, what the driver cannot do `unavailable` with its reason.
package protocol Hypervisor: Sendable {
    var uri: String { get }

    /// Every machine, sorted by name.
    func machines() async throws -> [Machine]
    /// - Throws: `notFound`.
    func machine(_ name: VMName) async throws -> Machine
    /// Counters of the named machines (all if empty), never waiting for a machine that is busy.
    func statistics(_ names: [VMName]) async throws -> [MachineStatistics]
    /// What it takes to make the machine again.
    func definition(of name: VMName) async throws -> MachineDefinition
    /// Opens a pull-mode backup job over these disks of a running machine: one instant of all of them.
    ///
    /// With `quiesce` the guest's agent, if it answers, freezes the file systems around that instant.
    /// - Throws: `conflict` if a job is already running, `denied` if the server may not make its socket or scratch
    ///   file (the message names the path), `unavailable` if the driver has no backup jobs.
    ///
    /// With `tracking` the job also begins a checkpoint, and offers what changed since an earlier one. A checkpoint that
    /// cannot be begun or a bitmap that tells nothing never fails the job: it goes on without, and says why.
    func beginBackup(
        of name: VMName, disks: [String], quiesce: Bool, tracking: ChangeTracking?
    ) async throws -> any BackupJob

    /// The machine's checkpoints, parents first; none if the driver has no such thing.
    func checkpoints(of name: VMName) async throws -> [MachineCheckpoint]
    /// Removes one checkpoint; what it recorded goes over to its parent.
    /// - Throws: `notFound`; `conflict` while a job of the machine runs.
    func removeCheckpoint(_ checkpoint: String, of name: VMName) async throws -> CheckpointRemoval
    /// Removes a bitmap that the machine's disks still record but no checkpoint names any more (checkpoints do not
    /// migrate with their machine). - Returns: false if there is no such bitmap.
    func removeLostBitmap(_ name: String, of machine: VMName, disks: [String]) async throws -> Bool
    /// Identifies this run of the machine from start to stop; nil if it is off, or nobody can tell.
    func startID(of name: VMName) async throws -> String?

    /// The definition with another identity and other places (see `MachineChanges`).
    func rewrite(_ definitionXML: String, _ changes: MachineChanges) throws -> String
    /// The disks that a definition names.
    func disks(inDefinition xml: String) throws -> [MachineDisk]
    func define(xml: String) async throws
    func start(_ name: VMName) async throws
    /// Every storage pool, sorted by name; none if the driver has no such thing.
    func pools() async throws -> [StoragePool]
    /// Directory and type of a storage pool; - Throws: `notFound`.
    func poolDirectory(_ name: String) async throws -> String
    /// Makes the pool see files that were put into its directory.
    func refreshPool(_ name: String) async throws
    /// Absolute paths (backing files too) that active machines of this hypervisor hold, with the holder.
    func pathsInUse() async throws -> [String: VMName]
}

/// A running backup job: disks readable over NBD until `end`.
package protocol BackupJob: Sendable {
    var exports: [DiskExport] { get }
    var consistency: BackupConsistency { get }
    /// What the freeze and thaw said, if anything went wrong with them.
    var warnings: [String] { get }
    /// Why it had to end before everything was read; nil if it did not. Whoever reads finds its disks gone then.
    var interruption: Fault? { get }
    /// The checkpoint that began with it; nil if none did.
    var checkpoint: String? { get }
    /// Why there is no checkpoint, or why changes are not offered that were asked for.
    var trackingProblem: String? { get }
    /// Ends the job and removes what it left on the host and in the guest; safe to call twice.
    func end() async -> Aftermath
}

/// What is to be said after something was let go of.
package struct Aftermath: Sendable {
    /// Worth a look.
    package var warnings: [String] = []
    /// Left in a state that somebody has to see to.
    package var failures: [Fault] = []

    package init(warnings: [String] = []) { self.warnings = warnings }
}

/// Whether the guest's file systems were frozen when the instant was taken.
package enum BackupConsistency: String, Sendable, CaseIterable {
    case application, crash, offline
}

/// Everything beside the disks: enough to define the machine again.
package struct MachineDefinition: Sendable {
    package var name: VMName
    package var uuid: String
    /// The inactive definition with secrets left in (`VIR_DOMAIN_XML_SECURE|INACTIVE`).
    package var xml: String
    package var state: MachineState
    package var disks: [MachineDisk]
    /// Variable store of the firmware (a host path).
    package var nvramPath: String?
    /// Directory of the emulated TPM's state (a host path).
    package var tpmStatePath: String?

    package init(
        name: VMName, uuid: String, xml: String, state: MachineState, disks: [MachineDisk], nvramPath: String?,
        tpmStatePath: String?
    ) {
        self.name = name
        self.uuid = uuid
        self.xml = xml
        self.state = state
        self.disks = disks
        self.nvramPath = nvramPath
        self.tpmStatePath = tpmStatePath
    }
}

/// What a restore changes in a definition.
package struct MachineChanges: Sendable {
    /// New name; with it a new UUID and new MAC addresses, and no fixed paths of the original are kept.
    package var newName: VMName?
    package var newUUID: String?
    /// Disk target → new absolute path (the disk becomes `type='file'` with that format).
    package var diskPaths: [String: (path: String, format: String)] = [:]
    /// Disk targets to leave out of the definition.
    package var droppedDisks: Set<String> = []
    package var nvramPath: String?

    package init() {}
}
