import DebVisorCore
import Platform

/// The leases of a repository as one look found them.
struct LeaseSurvey {
    struct Found {
        var id: ObjectID
        var content: Lease.Content
        /// Its owner still asks whether others work on the same machines. Of another host nobody can tell.
        var isClaim = false
    }

    /// Leases whose owner lives, or may.
    var alive: [Found] = []
    /// Leases of processes that ended on this host without releasing them.
    var dead: [Found] = []

    /// - Parameter own: a lease to leave out.
    static func take(in repository: Repository, host: HostIdentity, besides own: ObjectID?) throws -> LeaseSurvey {
        var survey = LeaseSurvey()
        let directory = repository.directory
        for name in try directory.list("leases") {
            guard let id = ObjectID(hex: name), id != own, let file = try open(directory.path(of: "leases/\(name)"))
            else { continue }
            guard let content = try content(of: name, in: repository) else { continue }
            var found = Found(id: id, content: content)
            if Directory.exists(directory.path(of: "leases/\(name).end")) {
                survey.dead.append(found)
            } else if content.host_id == host.id {
                // Same host: the lock tells for certain.
                // Asked, not taken: another survey of the same moment would take our lock for the owner's.
                if try content.boot_id != host.bootID || !file.isLocked(in: 0..<1) {
                    survey.dead.append(found)
                } else {
                    found.isClaim = try !file.isLocked(in: 1..<2)
                    survey.alive.append(found)
                }
            } else {
                survey.alive.append(found)
            }
        }
        return survey
    }

    private static func open(_ path: String) throws -> File? {
        do {
            return try File(path, .read)
        } catch let fault as Fault where fault.kind == .notFound {
            return nil
        }
    }

    private static func content(of name: String, in repository: Repository) throws -> Lease.Content? {
        guard let bytes = try repository.directory.readIfPresent("leases/\(name)") else { return nil }
        let json = try SealedObject.open(
            bytes, as: .lease, named: "leases/\(name)", with: repository.keys, in: repository.id)
        return try JSON.decode(Lease.Content.self, from: json, of: "leases/\(name)")
    }
}
