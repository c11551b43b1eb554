import DebVisorCore
import Platform

/// Says that a process works on the repository. On one host the kernel ends it with the process (an open-file-description
/// lock), so nothing ever needs unlocking; across hosts a heartbeat tells. docs/repository-format.md, section 9.
final class Lease: Sendable {
    enum Kind: String, Codable, Sendable {
        case write, read, prune
    }

    struct Content: Codable, Sendable {
        var version = 1
        var kind: Kind
        var host_id: String
        var boot_id: String
        var host: String
        var pid: Int32
        var vm_uuids: [String]
        var started: Int64
        var command: String
    }

    let id: ObjectID
    let content: Content
    private let directory: RepositoryDirectory
    private let file: File
    private let heartbeat = Locked(Int64(0))
    private let clock: any WallClock

    private static let interval: Int64 = 60_000

    private init(id: ObjectID, content: Content, directory: RepositoryDirectory, file: File, clock: any WallClock) {
        self.id = id
        self.content = content
        self.directory = directory
        self.file = file
        self.clock = clock
    }

    /// Puts a new lease and holds it until `release` or the end of the process.
    /// - Parameter isClaim: true until `claim` has found that nobody else works on the same machines.
    static func take(
        _ kind: Kind, vmUUIDs: [String], command: String, host: HostIdentity, in repository: Repository,
        clock: any WallClock, isClaim: Bool = false
    ) throws -> Lease {
        let id = ObjectID.random()
        let name = "leases/\(id)"
        let content = Content(
            kind: kind, host_id: host.id, boot_id: host.bootID, host: host.name, pid: host.processID, vm_uuids: vmUUIDs,
            started: clock.now().milliseconds, command: command)
        let bytes = try SealedObject.seal(
            JSON.encode(content), as: .lease, named: name, with: repository.keys, in: repository.id)
        let directory = repository.directory
        let temporary = directory.path(of: "tmp/\(id).new")
        let file = try File.create(temporary, "lease")
        guard try isClaim ? file.tryLockFirstByte() : file.tryLock() else {
            throw Fault(.conflict, "'\(temporary)' is locked by another process")
        }
        try bytes.withUnsafeBytes { try file.write($0, at: 0, "lease") }
        try file.synchronize("lease")
        try Directory.rename(temporary, to: directory.path(of: name), "lease")
        try DurableFile.synchronizeParents(of: directory.path(of: name), temporary, "lease")
        return Lease(id: id, content: content, directory: directory, file: file, clock: clock)
    }

    /// The host's time in milliseconds; touches the lease when a minute has passed since the last time.
    func now() -> Int64 {
        let now = clock.now().milliseconds
        let due = heartbeat.withLock { last in
            guard now - last >= Self.interval else { return false }
            last = now
            return true
        }
        // A heartbeat that fails shows up as an ended lease, which stops the run; it is no error by itself.
        if due { _ = try? file.touch() }
        return now
    }

    /// - Throws: `conflict` if another host took this run for dead and ended its lease.
    func checkNotEnded() throws {
        let path = directory.path(of: "leases/\(id)")
        guard Directory.exists(path), !Directory.exists(path + ".end") else {
            throw Fault(
                .conflict, "this run's lease on the repository was ended by another host",
                hint: "run the command again; what was stored will be found")
        }
    }

    /// The claim holds from now on.
    func establish() throws {
        guard try file.tryLock() else { throw Fault(.conflict, "'\(file.path)' is locked by another process") }
    }

    /// Ends the lease; the process may live on.
    func release() throws {
        try Self.end(id, in: directory)
    }

    static func end(_ id: ObjectID, in directory: RepositoryDirectory) throws {
        let name = "leases/\(id)"
        // On a full disk the removal alone must do: to a run, a lease that is gone has ended as well.
        if !Directory.exists(directory.path(of: name + ".end")) {
            try? directory.put([], as: name + ".end", "lease-end")
        }
        try directory.remove(name, "lease")
        try directory.remove(name + ".end", "lease-end")
    }
}
